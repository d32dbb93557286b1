"""A lab's page, from what the installed mkdocs-jupyter renders."""

from __future__ import annotations

import re

import lxml.html
import pytest

from asrun.base.errors import LabError
from asrun.labs.execute import CellRun
from asrun.labs.lab import Lab, parse_lab
from asrun.labs.notebooks import render_lab_figures
from asrun.labs.refit import FittedLab, build_notebook_to_render, fit_lab_html

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt" viewBox="0 0 10 10"/>'
TEXT = """\
# %% [markdown]
# # Title
#
# **Answer** first.
#
# <!-- figure: A line. -->
# <!-- figure: Another. -->

# %%
print("a < b")

# %% [markdown]
# ## Next `x` { #next }
#
# See [joining](../tensors/joining.md#cat) and [here](#next).

# %%
print(2)
"""
RUN = (CellRun("a < b\n", (SVG, SVG)), CellRun("2\n"))
FIGURES = [["<figure>1</figure>", "<figure>2</figure>"], []]
# The page of this lab, a line for each tag: what changes in mkdocs-jupyter's HTML shows in it.
PAGE = """\
<div class="lab">
<h1 id="top">Title<a class="headerlink" href="#top" title="Link to this section">¶</a>
</h1>
<p class="take-away">Download: <a href="x.ipynb" download>x.ipynb</a> · \
<a href="x.py" download>x.py</a>
</p>
<p>
<strong>Answer</strong> first.</p>
<div class="language-python highlight">
<pre>
<span>
</span>
<code>
<span>
</span>
<span class="nb">print</span>
<span class="p">(</span>
<span class="s2">"a &lt; b"</span>
<span class="p">)</span>
</code>
</pre>
</div>
<div class="language-text highlight">
<span class="filename">Output</span>
<pre>
<span>
</span>
<code>a &lt; b
</code>
</pre>
</div>
<figure>1</figure>
<figure>2</figure>
<h2 id="next">Next <code>x</code>
<a class="headerlink" href="#next" title="Link to this section">¶</a>
</h2>
<p>See <a href="/site/../tensors/joining.md#cat">joining</a> and <a href="#next">here</a>.</p>
<div class="language-python highlight">
<pre>
<span>
</span>
<code>
<span>
</span>
<span class="nb">print</span>
<span class="p">(</span>
<span class="mi">2</span>
<span class="p">)</span>
</code>
</pre>
</div>
<div class="language-text highlight">
<span class="filename">Output</span>
<pre>
<span>
</span>
<code>2
</code>
</pre>
</div>
</div>"""


@pytest.fixture(scope="module")
def render(tmp_path_factory):
    """Return a function that renders a lab with mkdocs-jupyter, as mkdocs.yml sets it up."""
    from mkdocs_jupyter.convert import nb2html

    def render_lab(lab: Lab, run: tuple[CellRun, ...] | None) -> str:
        file = tmp_path_factory.mktemp("lab") / "x.ipynb"
        file.write_text(build_notebook_to_render(lab, run), encoding="utf-8")
        return nb2html(str(file), execute=False, allow_errors=False, no_prompt=True)

    return render_lab


@pytest.fixture(scope="module")
def rendered(render) -> str:
    return render(parse(), RUN)


def parse(text: str = TEXT) -> Lab:
    return parse_lab("docs/en/labs/x.py", "labs/x.py", "en", text)


def fit(html: str, figures=FIGURES, resolve_link=lambda target: f"/site/{target}") -> FittedLab:
    return fit_lab_html(html, parse(), figures, resolve_link)


def test_mkdocs_jupyters_html_has_the_form_that_is_read_from_it(rendered):
    page = lxml.html.document_fromstring(rendered)
    (notebook,) = page.find_class("jp-Notebook")
    assert len(notebook.find_class("jp-RenderedMarkdown")) == 2
    assert [code.find("pre").text_content() for code in notebook.find_class("highlight-ipynb")] == [
        'print("a < b")\n',
        "print(2)\n",
    ]
    outputs = notebook.find_class("jp-OutputArea-output")
    assert [bool(output.xpath(".//@data-figure")) for output in outputs] == [
        *(False, True, True),
        False,
    ]
    headings = notebook.xpath(".//h1 | .//h2")
    assert [len(heading.find_class("anchor-link")) for heading in headings] == [1, 1]


def test_a_page_has_the_sites_own_blocks_and_nothing_of_jupyters(rendered):
    html = re.sub(r">\n?<", ">\n<", fit(rendered).html)
    assert html == PAGE


def test_the_toc_has_the_headings_and_their_own_ids(rendered):
    assert fit(rendered).toc == [
        {
            "level": 1,
            "id": "top",
            "name": "Title",
            "children": [{"level": 2, "id": "next", "name": "Next x", "children": []}],
        }
    ]


def test_a_plot_stands_where_its_cell_drew_it(rendered):
    figures = render_lab_figures(parse(), RUN)
    html = fit(rendered, figures).html
    assert html.count('<figure class="plot"') == 2
    assert html.index("A line.") < html.index("Another.") < html.index('id="next"')


def test_a_link_that_leads_nowhere_is_told_with_its_line(rendered):
    with pytest.raises(LabError) as caught:
        fit(rendered, resolve_link=lambda target: None)
    assert str(caught.value).startswith("docs/en/labs/x.py:15: its link ../tensors/joining.md#cat")


def test_its_first_paragraph_describes_it(rendered):
    assert fit(rendered).description == "Answer first."


def test_a_lab_that_was_not_run_says_so(render):
    html = fit(render(parse(), None), None).html
    assert "<p><em>This lab was not run here" in html
    assert "Output" not in html
    assert html.count('class="language-python highlight"') == 2
