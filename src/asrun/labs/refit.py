"""The notebook: a lab with what it printed and drew, in the three forms that are published.

As ``.ipynb`` to take away; as the one that mkdocs-jupyter renders, whose HTML is then fitted to
the site (its own brings 600 kB of styles and scripts and a link to another host); as Markdown.
"""

from __future__ import annotations

import copy
import html as html_text
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import lxml.html
from lxml.html import HtmlElement, builder

from asrun.base.errors import LabError, Location
from asrun.base.messages import UI_MESSAGES
from asrun.labs.lab import Lab

_HEADING_TAGS = ("h1", "h2", "h3")
_HEADING_ID_SUFFIX = re.compile(r"\s*\{ *#([\w-]+) *\}\s*$")


@dataclass(frozen=True)
class FittedLab:
    """A lab's HTML as the site shows it, its headings as MkDocs has them, its first paragraph."""

    html: str
    toc: list[dict[str, Any]]
    description: str


def fit_lab_html(
    html: str,
    lab: Lab,
    figures_by_cell: list[list[str]] | None,
    resolve_link: Callable[[str], str | None],
) -> FittedLab:
    """Fit mkdocs-jupyter's HTML to the site: its blocks, outputs, headings and links as a page's.

    ``lead`` returns where a link that the lab writes leads on the site, None if nowhere; ``drawn``
    is None for a lab that was not run here.

    Raises:
        LabError: for a link that leads nowhere.
    """
    (notebook,) = lxml.html.document_fromstring(html).find_class("jp-Notebook")
    content: list[HtmlElement | str] = []
    toc: list[dict[str, Any]] = []
    cells_with_figures: set[int] = set()
    for node in notebook.xpath(
        './/*[contains(@class, "jp-RenderedMarkdown") or contains(@class, "highlight-ipynb")'
        ' or contains(@class, "jp-OutputArea-output")]'
    ):
        if "jp-RenderedMarkdown" in node.classes:
            _resolve_links(node, lab, resolve_link)
            for child in node:
                if child.tag in _HEADING_TAGS:
                    _fit_heading(child, toc, lab.language)
                content.append(child)
        elif "highlight-ipynb" in node.classes:
            content.append(_build_code_block("python", node.find("pre")))
        elif (figure_marks := node.xpath(".//@data-figures")) and figures_by_cell:
            if int(figure_marks[0]) not in cells_with_figures:  # a cell's figures come together
                content += figures_by_cell[int(figure_marks[0])]
            cells_with_figures.add(int(figure_marks[0]))
        elif pre := node.xpath(".//pre"):
            content.append(_build_code_block("text", pre[0], UI_MESSAGES[lab.language]["output"]))
    if figures_by_cell is None:
        content.append(f"<p><em>{UI_MESSAGES[lab.language]['lab not run']}</em></p>")
    description = " ".join(lab.cells[0].prose.partition("\n")[2].replace("*", "").split())
    content.insert(1, _render_download_links(lab))
    body = "".join(
        part if isinstance(part, str) else lxml.html.tostring(part, encoding="unicode")
        for part in content
    )
    return FittedLab(f'<div class="lab">{body}</div>', toc, description)


def _build_code_block(language: str, pre: HtmlElement, title: str | None = None) -> HtmlElement:
    """Return a block as pymdownx.highlight writes them, so that the theme knows it."""
    code = builder.CODE()
    code.text = pre.text
    for child in pre:
        code.append(copy.deepcopy(child))
    _end_with_newline(code)
    title_spans = [builder.SPAN({"class": "filename"}, title)] if title else []
    block = builder.DIV(*title_spans, builder.PRE(builder.SPAN(), code))
    block.set("class", f"language-{language} highlight")
    block.tail = "\n"
    return block


def _end_with_newline(code: HtmlElement) -> None:
    """End the block with one line break, as pymdownx.highlight does."""
    last_child = code[-1] if len(code) else None
    text = code.text if last_child is None else last_child.tail
    ended_text = (text or "").rstrip("\n") + "\n"
    if last_child is None:
        code.text = ended_text
    else:
        last_child.tail = ended_text


def _fit_heading(heading: HtmlElement, toc: list[dict[str, Any]], language: str) -> None:
    """Give a heading its own id, MkDocs' permalink and an entry in the table of contents."""
    for anchor in heading.find_class("anchor-link"):
        anchor.drop_tree()
    title = heading.text_content()
    level = int(heading.tag[1])
    id_match = _HEADING_ID_SUFFIX.search(title)
    identifier = id_match[1] if id_match else "top"
    if id_match:
        last_child = heading[-1] if len(heading) else None
        if last_child is None:
            heading.text = _HEADING_ID_SUFFIX.sub("", heading.text or "")
        else:
            last_child.tail = _HEADING_ID_SUFFIX.sub("", last_child.tail or "")
    entry: dict[str, Any] = {
        "level": level,
        "id": identifier,
        "name": _HEADING_ID_SUFFIX.sub("", title),
        "children": [],
    }
    (toc[-1]["children"] if level > 1 and toc else toc).append(entry)
    heading.set("id", identifier)
    permalink_title = UI_MESSAGES[language]["permalink"]
    link = builder.A(
        "¶", {"class": "headerlink", "href": f"#{identifier}", "title": permalink_title}
    )
    heading.append(link)
    heading.tail = "\n"


def _resolve_links(
    element: HtmlElement, lab: Lab, resolve_link: Callable[[str], str | None]
) -> None:
    for link in element.iter("a"):
        target = link.get("href", "")
        if "anchor-link" in link.classes or re.match(r"[a-z]+:|#", target):
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


def _render_download_links(lab: Lab) -> str:
    file_names = (f"{lab.name}.ipynb", f"{lab.name}.py")
    links = " · ".join(
        f'<a href="{file_name}" download>{html_text.escape(file_name)}</a>'
        for file_name in file_names
    )
    return f'<p class="take-away">{UI_MESSAGES[lab.language]["download"]}{links}</p>\n'
