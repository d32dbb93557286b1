"""The real site, built once for all tests of this folder, and a browser to read it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium import served, started

from asrun.project import Project, load
from asrun.pytest_plugin import FIGURE
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


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with served(site) as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    with started() as chromium:
        yield chromium


@pytest.fixture
def tell(request) -> Callable[[str], None]:
    """Return a function that has pytest's summary say a figure that nobody should miss.

    It does as `record_property` does, which warns where a JUnit report is written as well.
    """
    return lambda figure: request.node.user_properties.append((FIGURE, figure))


def pytest_terminal_summary(terminalreporter) -> None:
    reasons = {
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and "NO BROWSER TEST RAN" in report.longrepr[2]
    }
    for reason in sorted(reasons):
        terminalreporter.section(reason, sep="!", red=True, bold=True)
