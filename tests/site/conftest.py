"""The real site, built once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from asrun.project import Project, load
from asrun.runner import Runner
from asrun.site import Checked, build, check

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def project() -> Project:
    return load(ROOT)


@pytest.fixture(scope="session")
def checked() -> Checked:
    with Runner() as runner:
        return check(ROOT, runner)


@pytest.fixture(scope="session")
def site(checked: Checked) -> Path:
    """Publish into site/, as `make site` does, and return the folder."""
    assert [str(problem) for problem in checked.problems] == []
    counted = build(ROOT, ROOT / "site", checked)
    assert [str(problem) for problem in counted.problems] == []
    return ROOT / "site"
