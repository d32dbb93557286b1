"""A lab's published forms: the notebook to take away, its HTML on the site, its Markdown."""

from __future__ import annotations

import nbformat
import pytest
from nbconvert import HTMLExporter

from asrun.base.errors import LabError
from asrun.labs.execute import CellRun
from asrun.labs.lab import Lab, parse_lab
from asrun.labs.notebooks import (
    build_download_notebook,
    build_lab_markdown,
    build_notebook_to_render,
    render_lab_figures,
)
from asrun.labs.refit import fit_lab_html

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


def fitted(made: Lab, run=RUN, lead=lambda target: f"/lead/{target}"):
    rendered = nbformat.reads(build_notebook_to_render(made, run), as_version=4)
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(rendered)
    html = html.replace('class="highlight hl-ipython3"', 'class="highlight-ipynb hl-python"')
    return fit_lab_html(html, made, render_lab_figures(made, run) if run else None, lead)


def test_the_notebook_to_take_away_has_its_outputs_and_figures_and_no_random_ids():
    book = nbformat.reads(build_download_notebook(lab(), RUN), as_version=4)
    nbformat.validate(book)
    first = next(cell for cell in book.cells if cell.cell_type == "code")
    assert first.outputs[0].text == "a < b\n"
    assert first.outputs[1].data["image/svg+xml"] == SVG
    assert build_download_notebook(lab(), RUN) == build_download_notebook(lab(), RUN)


def test_the_html_has_the_sites_own_blocks_and_none_of_jupyters():
    html = fitted(lab()).html
    assert '<div class="language-python highlight">' in html
    assert '<span class="filename">Output</span>' in html
    assert "a &lt; b" in html
    assert "jp-" not in html
    assert "<script" not in html
    assert "<style" not in html


def test_headings_keep_their_own_ids_and_make_the_table_of_contents():
    made = fitted(lab())
    assert '<h2 id="next">' in made.html
    assert "{ #next }" not in made.html
    (top,) = made.toc
    assert (top["name"], [child["id"] for child in top["children"]]) == ("Title", ["next"])


def test_links_lead_to_the_sites_pages():
    assert 'href="/lead/../tensors/joining.md#cat"' in fitted(lab()).html


def test_a_link_that_leads_nowhere_is_told_with_its_line():
    with pytest.raises(LabError) as caught:
        fitted(lab(), lead=lambda target: None)
    assert str(caught.value).startswith("docs/en/labs/x.py:14: its link ../tensors/joining.md#cat")


def test_its_first_paragraph_describes_it():
    assert fitted(lab()).description == "Answer first."


def test_a_lab_that_was_not_run_says_so():
    html = fitted(lab(), run=None).html
    assert "This lab was not run here" in html
    assert "Output" not in html


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
