"""The Markdown beside each page runs under a tool that is not ours, and prints what it shows."""

from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree

from asrun.execution.result import Run
from asrun.publish.census import parse_markdown_blocks
from support.site import copy_twins


def test_stock_pytest_codeblocks_runs_what_is_published(checked, site, tmp_path):
    """Count its verdicts too: it passes over in silence what it does not know."""
    twins = copy_twins(site, tmp_path / "twins")
    report = tmp_path / "report.xml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--codeblocks", "-q", "-p", "no:cacheprovider"),
            *("-p", "no:asrun", f"--rootdir={twins}", f"--junitxml={report}", "."),
        ],
        cwd=twins,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        | {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"},  # other tests use the other cores
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    skipped = [case for case in cases if case.find("skipped") is not None]
    xfailed = [case for case in skipped if case.find("skipped").get("type") == "pytest.xfail"]
    snippets = checked.project.snippets.values()
    pages = checked.project.group_pages_by_snippet()
    shows = {snippet.name: len(pages[snippet.name]) for snippet in snippets}
    assert len(cases) == sum(
        len(list(parse_markdown_blocks(f, f.name))) for f in twins.rglob("*.md")
    )
    cells = sum(len(lab.code_cells) for lab in checked.project.labs)  # they run together, not alone
    assert len(cases) == sum(shows.values()) + cells
    ran = [snippet for snippet in snippets if isinstance(checked.results[snippet.name], Run)]
    assert len(xfailed) == sum(shows[each.name] for each in ran if each.expected_exception)
    not_here = sum(shows[each.name] for each in snippets if each.as_file or each.needs)
    assert len(skipped) - len(xfailed) <= not_here + cells
