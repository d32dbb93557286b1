"""Every shell command on a page runs, in a folder that holds the programs of its page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from asrun.pages.page import Page, parse_page
from support.project import ROOT


def run_commands(page: Page, root: Path, folder: Path) -> list[str]:
    """Run a page's commands in a folder; return what went wrong."""
    structure = parse_page(page)
    for name in structure.snippet_names:
        shutil.copy(root / "snippets" / name, folder)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    problems = []
    for fence in structure.fences:
        if fence.info != "bash" or fence.not_run_reason:
            continue
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(fence.body)],
            cwd=folder,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode:
            problems.append(f"{page.locate_line(fence.line)}: {done.stderr.strip()}")
    return problems


def test_every_command_on_a_page_runs(project, tmp_path):
    problems = []
    for number, page in enumerate(project.pages):
        folder = tmp_path / str(number)
        folder.mkdir()
        problems += run_commands(page, ROOT, folder)
    assert problems == []


def test_a_command_that_fails_is_told_with_its_line(files, tmp_path):
    source = (
        '```python\n--8<-- "a/one.py"\n```\n\n```bash\npython one.py\n```\n\n```bash\nfalse\n```\n'
    )
    page = Page("docs/en/x.md", "x.md", "en", source)
    folder = tmp_path / "commands"
    folder.mkdir()
    assert run_commands(page, files.root, folder) == ["docs/en/x.md:9: "]
