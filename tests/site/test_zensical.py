"""The Markdown beside each page, built by a generator that is not ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from asrun.execution.result import Run
from support.site import copy_twins, get_twin_path, list_snippets_of_page, read_html


def test_the_twins_build_under_zensical_and_show_the_outputs(checked, site, tmp_path):
    """Zensical ignores plugins without a word: look for output text, not for exit code 0."""
    copy_twins(site, tmp_path / "docs")
    config = tmp_path / "zensical.toml"
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
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = 0
    for page in checked.project.pages:
        html = (tmp_path / "out" / get_twin_path(page)).with_suffix(".html")
        outputs = {
            "".join(code.itertext()).rstrip("\n") for code in read_html(html).iter("code", "samp")
        }
        for name in list_snippets_of_page(checked.project, page):
            result = checked.results[name]
            if isinstance(result, Run) and result.output:
                assert result.output.rstrip("\n") in outputs, f"{html}: {name}"
                shown += 1
    assert shown > 0
