"""What tests of several folders are given: a small project, the real site, a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asrun.execution.runner import Runner
from asrun.project.project import Project, load_project
from asrun.project.runs import CheckedProject, check_project
from asrun.publish.build import find_census_of_current_site
from asrun.pytest_plugin import MEASUREMENT_PROPERTY
from asrun.snippets.snippet import Snippet, parse_snippet
from support.browser import serve_folder, start_chromium
from support.git import commit_all
from support.project import ROOT, SUMMARY, Files, sound_project
from support.signals import receive_signals
from support.site import SITE

receive_signals()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return a sound project in a folder of its own."""
    return sound_project(tmp_path)


@pytest.fixture
def checkout(files):
    """The sound project, committed."""
    commit_all(files)
    return files


@pytest.fixture
def snippet() -> Callable[..., Snippet]:
    """Return a function that parses code as a snippet, below a summary."""

    def made(code: str, header: str = "", name: str = "a/one.py") -> Snippet:
        return parse_snippet(name, f"snippets/{name}", header + SUMMARY + code)

    return made


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Return a runner that gives programs little memory, and time enough on a busy machine.

    Its servers import nothing.
    """
    with Runner(seconds=60, megabytes=256) as runner:
        runner.start_servers([])
        yield runner


@pytest.fixture(scope="session")
def project() -> Project:
    return load_project(ROOT)


@pytest.fixture(scope="session")
def checked() -> CheckedProject:
    with Runner() as runner:
        return check_project(ROOT, runner)


@pytest.fixture(scope="session")
def site(checked: CheckedProject) -> Path:
    """Return the folder of the built site. It must be there, and be what the sources make."""
    if find_census_of_current_site(ROOT, SITE, checked) is None:
        pytest.fail("site/ is missing, or older than its sources. Run `make site`.", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Serve the built site, and return its address."""
    with serve_folder(site) as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    with start_chromium() as chromium:
        yield chromium


@pytest.fixture
def report_measurement(request) -> Callable[[str], None]:
    """Return a function that has pytest's summary show a line that nobody should miss.

    It does as `record_property` does, which warns where a JUnit report is written as well.
    """
    return lambda line: request.node.user_properties.append((MEASUREMENT_PROPERTY, line))


def pytest_terminal_summary(terminalreporter) -> None:
    reasons = {
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and "NO BROWSER TEST RAN" in report.longrepr[2]
    }
    for reason in sorted(reasons):
        terminalreporter.section(reason, sep="!", red=True, bold=True)
