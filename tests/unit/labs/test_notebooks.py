"""A lab's published forms beside its page: the notebook to download, and its Markdown."""

from __future__ import annotations

import nbformat
import pytest

from asrun.base.errors import LabError
from asrun.labs.execute import CellRun
from asrun.labs.lab import Lab, parse_lab
from asrun.labs.notebooks import (
    build_download_notebook,
    build_lab_markdown,
    render_lab_figures,
)

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt" viewBox="0 0 10 10"/>'
TEXT = """\
# %% [markdown]
# # Title
#
# **Answer** first.
#
# <!-- figure: A line. -->

# %%
print("a < b")

# %% [markdown]
# ## Next { #next }
#
# See [joining](../tensors/joining.md#cat).

# %%
print(2)
"""
RUN = (CellRun("a < b\n", (SVG,)), CellRun("2\n"))


def lab(text: str = TEXT) -> Lab:
    return parse_lab("docs/en/labs/x.py", "labs/x.py", "en", text)


def test_the_notebook_to_take_away_has_its_outputs_and_figures_and_no_random_ids():
    book = nbformat.reads(build_download_notebook(lab(), RUN), as_version=4)
    nbformat.validate(book)
    first = next(cell for cell in book.cells if cell.cell_type == "code")
    assert first.outputs[0].text == "a < b\n"
    assert first.outputs[1].data["image/svg+xml"] == SVG
    assert build_download_notebook(lab(), RUN) == build_download_notebook(lab(), RUN)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("# <!-- figure: A line. -->\n", ""),
        TEXT.replace("A line. -->\n", "A line. -->\n# <!-- figure: Another. -->\n"),
    ],
    ids=["too few", "too many"],
)
def test_each_figure_needs_its_text(text):
    with pytest.raises(LabError, match=r"code cell 1 shows 1 figures, with [02] texts"):
        render_lab_figures(lab(text), RUN)


def test_as_markdown_every_cell_is_marked_and_every_line_has_its_place():
    made = build_lab_markdown(lab(), RUN, render_lab_figures(lab(), RUN))
    lines = made.text.splitlines()
    assert lines.count('<!--pytest.mark.skip(reason="a cell of a lab: it runs as a whole")-->') == 2
    assert str(made.line_locations[lines.index('print("a < b")')]) == "docs/en/labs/x.py:9"
    assert "a < b\n```" in made.text
    assert len(lines) == len(made.line_locations)
