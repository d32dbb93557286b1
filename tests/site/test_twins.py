"""The Markdown beside each page, used with tools that are not ours: it runs, and it builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from asrun.execution.result import Run
from asrun.publish.census import parse_markdown_blocks
from support.site import get_twin_path, list_snippets_of_page, read_html


@pytest.fixture(scope="module")
def twins(site: Path, tmp_path_factory) -> Path:
    """Copy the twins out of the project, as a reader would take them."""
    folder = tmp_path_factory.mktemp("outside") / "docs"
    for file in site.rglob("*.md"):
        copy = folder / file.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return folder


@pytest.mark.xdist_group("stock pytest-codeblocks")  # it takes long, and shares next to nothing
def test_stock_pytest_codeblocks_runs_what_is_published(checked, twins):
    """Count its verdicts too: it passes over in silence what it does not know."""
    report = twins / "report.xml"
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


def test_the_twins_build_under_zensical_and_show_the_outputs(checked, twins):
    """Zensical ignores plugins without a word: look for output text, not for exit code 0."""
    root = twins.parent
    config = root / "zensical.toml"
    config.write_text(
        '[project]\nsite_name = "x"\ndocs_dir = "docs"\nsite_dir = "out"\n'
        "[project.markdown_extensions.attr_list]\n[project.markdown_extensions.md_in_html]\n"
        "[project.markdown_extensions.tables]\n[project.markdown_extensions.toc]\n"
        "[project.markdown_extensions.pymdownx.highlight]\n"
        "[project.markdown_extensions.pymdownx.superfences]\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "-f", config],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = 0
    for page in checked.project.pages:
        html = (root / "out" / get_twin_path(page)).with_suffix(".html")
        outputs = {
            "".join(code.itertext()).rstrip("\n") for code in read_html(html).iter("code", "samp")
        }
        for name in list_snippets_of_page(checked.project, page):
            result = checked.results[name]
            if isinstance(result, Run) and result.output:
                assert result.output.rstrip("\n") in outputs, f"{html}: {name}"
                shown += 1
    assert shown > 0
