"""A lab's page: mkdocs-jupyter renders it, and here its HTML is fitted to the site.

mkdocs-jupyter's HTML brings 600 kB of styles and scripts and a link to another host. Of it we keep
the rendered Markdown, the highlighted code and the outputs, in their order, and write the rest as
MkDocs and pymdown-extensions do. Nothing else in the engine knows the form of that HTML.
"""

from __future__ import annotations

import copy
import html as html_text
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import lxml.html
from lxml.html import HtmlElement, builder

from asrun.base.errors import LabError, Location
from asrun.base.messages import UI_MESSAGES
from asrun.labs.execute import LabRun
from asrun.labs.lab import Lab
from asrun.labs.notebooks import build_lab_notebook
from asrun.pages.page import INTRO_ID

# The classes by which mkdocs-jupyter's HTML is read.
_NOTEBOOK_CLASS = "jp-Notebook"
_MARKDOWN_CLASS = "jp-RenderedMarkdown"
_CODE_CLASS = "highlight-ipynb"
_OUTPUT_CLASS = "jp-OutputArea-output"
_PERMALINK_CLASS = "anchor-link"
_CONTENT_XPATH = " | ".join(
    f'.//*[contains(@class, "{name}")]' for name in (_MARKDOWN_CLASS, _CODE_CLASS, _OUTPUT_CLASS)
)
_FIGURE_MARK = "data-figure"
_HEADING_TAGS = ("h1", "h2", "h3")
_HEADING_ID_SUFFIX = re.compile(r"\s*\{ *#([\w-]+) *\}\s*$")


@dataclass(frozen=True)
class FittedLab:
    """A lab's page.

    Attributes:
        html: its content as the site shows it.
        toc: its headings, in the form that MkDocs' `get_toc` takes.
        description: its first paragraph, as plain text.
    """

    html: str
    toc: list[dict[str, Any]]
    description: str


def build_notebook_to_render(lab: Lab, run: LabRun | None) -> str:
    """Return the ``.ipynb`` that mkdocs-jupyter renders; where a figure belongs, it has a mark."""
    return build_lab_notebook(lab, run, lambda _: ("text/html", f"<div {_FIGURE_MARK}></div>"))


def fit_lab_html(
    html: str,
    lab: Lab,
    figures_by_cell: list[list[str]] | None,
    resolve_link: Callable[[str], str | None],
) -> FittedLab:
    """Return a lab's page from what mkdocs-jupyter made of `build_notebook_to_render`'s notebook.

    Args:
        html: mkdocs-jupyter's HTML.
        lab: the lab.
        figures_by_cell: what `render_lab_figures` returned; None if the lab did not run.
        resolve_link: returns where a link that the lab writes leads on the site; None if nowhere.

    Raises:
        LabError: for a link that leads nowhere.
    """
    (notebook,) = lxml.html.document_fromstring(html).find_class(_NOTEBOOK_CLASS)
    messages = UI_MESSAGES[lab.language]
    figures = chain.from_iterable(figures_by_cell or ())
    toc: list[dict[str, Any]] = []
    content: list[HtmlElement | str] = []
    for node in notebook.xpath(_CONTENT_XPATH):
        if _MARKDOWN_CLASS in node.classes:
            _resolve_links(node, lab, resolve_link)
            content += _fit_headings(node, toc, lab.language)
        elif _CODE_CLASS in node.classes:
            content.append(_build_code_block("python", node.find("pre")))
        elif node.xpath(f".//*[@{_FIGURE_MARK}]"):
            content.append(next(figures))
        elif output := node.xpath(".//pre"):
            content.append(_build_code_block("text", output[0], messages["output"]))
    if figures_by_cell is None:
        content.append(f"<p><em>{messages['lab not run']}</em></p>")
    content.insert(1, _render_download_links(lab))  # right below the title
    body = "".join(
        item if isinstance(item, str) else lxml.html.tostring(item, encoding="unicode")
        for item in content
    )
    return FittedLab(f'<div class="lab">{body}</div>', toc, _extract_description(lab))


def _fit_headings(
    markdown: HtmlElement, toc: list[dict[str, Any]], language: str
) -> Iterator[HtmlElement]:
    """Yield the elements of a Markdown cell; its headings are fitted, and added to the toc."""
    for element in markdown:
        if element.tag in _HEADING_TAGS:
            entry = _fit_heading(element, UI_MESSAGES[language]["permalink"])
            (toc[-1]["children"] if entry["level"] > 1 and toc else toc).append(entry)
        yield element


def _fit_heading(heading: HtmlElement, permalink_title: str) -> dict[str, Any]:
    """Give a heading its own id and MkDocs' permalink; return its entry in the toc."""
    for anchor in heading.find_class(_PERMALINK_CLASS):
        anchor.drop_tree()
    title = heading.text_content()
    id_match = _HEADING_ID_SUFFIX.search(title)
    heading_id = id_match[1] if id_match else INTRO_ID
    _set_last_text(heading, _HEADING_ID_SUFFIX.sub("", _get_last_text(heading)))
    heading.set("id", heading_id)
    link = {"class": "headerlink", "href": f"#{heading_id}", "title": permalink_title}
    heading.append(builder.A("¶", link))
    heading.tail = "\n"
    return {
        "level": int(heading.tag[1]),
        "id": heading_id,
        "name": _HEADING_ID_SUFFIX.sub("", title),
        "children": [],
    }


def _build_code_block(language: str, pre: HtmlElement, title: str | None = None) -> HtmlElement:
    """Return a block as pymdownx.highlight writes them, so that the theme knows it."""
    code = builder.CODE()
    code.text = pre.text
    for child in pre:
        code.append(copy.deepcopy(child))
    _set_last_text(code, _get_last_text(code).rstrip("\n") + "\n")
    title_spans = [builder.SPAN({"class": "filename"}, title)] if title else []
    block = builder.DIV(*title_spans, builder.PRE(builder.SPAN(), code))
    block.set("class", f"language-{language} highlight")
    block.tail = "\n"
    return block


def _get_last_text(element: HtmlElement) -> str:
    """Return the text behind an element's last child, or all of it if it has no child."""
    return (element[-1].tail if len(element) else element.text) or ""


def _set_last_text(element: HtmlElement, text: str) -> None:
    if len(element):
        element[-1].tail = text
    else:
        element.text = text


def _resolve_links(
    element: HtmlElement, lab: Lab, resolve_link: Callable[[str], str | None]
) -> None:
    for link in element.iter("a"):
        target = link.get("href", "")
        if _PERMALINK_CLASS in link.classes or re.match(r"[a-z]+:|#", target):
            continue
        resolved_target = resolve_link(target)
        if resolved_target is None:
            raise LabError(
                _locate_link(lab, target), f"its link {target} leads nowhere", "Mend the link."
            )
        link.set("href", resolved_target)


def _locate_link(lab: Lab, target: str) -> Location:
    lines = lab.source.splitlines()
    return lab.locate_line(
        next((number for number, line in enumerate(lines, 1) if f"]({target})" in line), 1)
    )


def _extract_description(lab: Lab) -> str:
    text_below_title = lab.cells[0].prose.partition("\n")[2]
    return " ".join(text_below_title.replace("*", "").split())


def _render_download_links(lab: Lab) -> str:
    file_names = (f"{lab.name}.ipynb", f"{lab.name}.py")
    links = " · ".join(
        f'<a href="{file_name}" download>{html_text.escape(file_name)}</a>'
        for file_name in file_names
    )
    return f'<p class="take-away">{UI_MESSAGES[lab.language]["download"]}{links}</p>\n'
