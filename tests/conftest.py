"""What tests of several folders are given: a small project, the real site, a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asrun.execution.runner import Runner
from asrun.project.project import Project, load_project
from asrun.project.runs import CheckedProject, check_project
from asrun.publish.build import build_site
from asrun.pytest_plugin import MEASUREMENT_PROPERTY
from asrun.snippets.snippet import Snippet, parse_snippet
from support.browser import served, started
from support.git import git
from support.project import ROOT, SUMMARY, Files, sound_project


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return a sound project in a folder of its own."""
    return sound_project(tmp_path)


@pytest.fixture
def checkout(files):
    """The sound project, committed."""
    files.write(".gitignore", ".cache/\nsite/\n")
    git(files.root, "init")
    git(files.root, "add", "-A")
    git(files.root, "commit", "-m", "x")
    return files


@pytest.fixture
def snippet() -> Callable[..., Snippet]:
    """Return a function that parses code as a snippet, below a summary."""

    def made(code: str, header: str = "", name: str = "a/one.py") -> Snippet:
        return parse_snippet(name, f"snippets/{name}", header + SUMMARY + code)

    return made


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Return a runner with short limits; its servers import nothing."""
    with Runner(seconds=3, megabytes=256) as started:
        started.start_servers([])
        yield started


@pytest.fixture(scope="session")
def project() -> Project:
    return load_project(ROOT)


@pytest.fixture(scope="session")
def checked() -> CheckedProject:
    with Runner() as runner:
        return check_project(ROOT, runner)


@pytest.fixture(scope="session")
def site(checked: CheckedProject) -> Path:
    """Publish into site/, as `make site` does, and return the folder."""
    assert [str(problem) for problem in checked.problems] == []
    counted = build_site(ROOT, ROOT / "site", checked)
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
    return lambda figure: request.node.user_properties.append((MEASUREMENT_PROPERTY, figure))


def pytest_terminal_summary(terminalreporter) -> None:
    reasons = {
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and "NO BROWSER TEST RAN" in report.longrepr[2]
    }
    for reason in sorted(reasons):
        terminalreporter.section(reason, sep="!", red=True, bold=True)
