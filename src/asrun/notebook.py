"""The notebook: a lab with what it printed and drew, in the three forms that are published.

As ``.ipynb`` to take away; as the one that mkdocs-jupyter renders, whose HTML is then fitted to
the site (its own brings 600 kB of styles and scripts and a link to another host); as Markdown.
"""

from __future__ import annotations

import copy
import hashlib
import html as html_text
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
import nbformat
from lxml.html import HtmlElement, builder

from asrun.errors import LabError, Place
from asrun.expand import WORDS, Expanded
from asrun.kernel import LabRun
from asrun.lab import Cell, Lab
from asrun.plot import plot

_HEADINGS = ("h1", "h2", "h3")
_ID = re.compile(r"\s*\{ *#([\w-]+) *\}\s*$")
_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


@dataclass(frozen=True)
class Fitted:
    """A lab's HTML as the site shows it, its headings as MkDocs has them, its first paragraph."""

    html: str
    toc: list[dict[str, Any]]
    description: str


def figures(lab: Lab, run: LabRun) -> list[list[str]]:
    """Return the HTML of each code cell's figures.

    Raises:
        LabError: if a cell shows more or fewer figures than have a text before it.
        FigureError: for a figure that cannot stand on a page.
    """
    found = []
    for number, (cell, done) in enumerate(zip(lab.code, run, strict=True)):
        alts = lab.alts(number)
        if len(alts) != len(done.plots):
            raise LabError(
                lab.place(cell.line),
                f"code cell {number + 1} shows {len(done.plots)} figures, with {len(alts)} texts",
                "Write `<!-- figure: what one sees -->` for each, in the Markdown cell above it.",
            )
        prefixes = (
            f"f{hashlib.sha256(f'{lab.name}:{number}:{n}'.encode()).hexdigest()[:6]}-"
            for n in range(len(alts))
        )
        place = lab.place(cell.line)
        found.append(
            [
                plot(svg, alt, prefix, place)
                for svg, alt, prefix in zip(done.plots, alts, prefixes, strict=True)
            ]
        )
    return found


def download(lab: Lab, run: LabRun | None) -> str:
    """Return the ``.ipynb`` to take away: the words, the code, and what it printed and drew."""
    return _written(lab, run, lambda number, svg: {"image/svg+xml": svg})


def to_render(lab: Lab, run: LabRun | None) -> str:
    """Return the ``.ipynb`` for mkdocs-jupyter: where a figure belongs stands a mark."""
    return _written(lab, run, lambda number, svg: {"text/html": f"<div data-figures={number}>"})


def _written(lab: Lab, run: LabRun | None, shown: Callable[[int, str], dict[str, str]]) -> str:
    cells: list[nbformat.NotebookNode] = []
    for cell, number in _numbered(lab):
        if number is None:
            node = nbformat.v4.new_markdown_cell(cell.prose)
        else:
            node = nbformat.v4.new_code_cell(cell.source, execution_count=number + 1)
            if run and run[number].output:
                text = run[number].output
                node.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))
            for svg in run[number].plots if run else ():
                node.outputs.append(nbformat.v4.new_output("display_data", shown(number, svg)))
        node.id = f"cell-{len(cells)}"  # nbformat's own are random
        cells.append(node)
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL))) + "\n"


def _numbered(lab: Lab) -> Iterator[tuple[Cell, int | None]]:
    """Yield the cells, the code cells with their numbers from 0, those without words left out."""
    number = 0
    for cell in lab.cells:
        if cell.is_code:
            yield cell, number
            number += 1
        elif cell.prose:
            yield cell, None


def fit(
    html: str, lab: Lab, drawn: list[list[str]] | None, lead: Callable[[str], str | None]
) -> Fitted:
    """Fit mkdocs-jupyter's HTML to the site: its blocks, outputs, headings and links as a page's.

    ``lead`` returns where a link that the lab writes leads on the site, None if nowhere; ``drawn``
    is None for a lab that was not run here.

    Raises:
        LabError: for a link that leads nowhere.
    """
    (notebook,) = lxml.html.document_fromstring(html).find_class("jp-Notebook")
    fitted: list[HtmlElement | str] = []
    toc: list[dict[str, Any]] = []
    shown: set[int] = set()
    for part in notebook.xpath(
        './/*[contains(@class, "jp-RenderedMarkdown") or contains(@class, "highlight-ipynb")'
        ' or contains(@class, "jp-OutputArea-output")]'
    ):
        if "jp-RenderedMarkdown" in part.classes:
            _lead(part, lab, lead)
            for element in part:
                if element.tag in _HEADINGS:
                    _head(element, toc, lab.language)
                fitted.append(element)
        elif "highlight-ipynb" in part.classes:
            fitted.append(_block("python", part.find("pre")))
        elif (marks := part.xpath(".//@data-figures")) and drawn:
            if int(marks[0]) not in shown:  # a cell's figures come together
                fitted += drawn[int(marks[0])]
            shown.add(int(marks[0]))
        elif pre := part.xpath(".//pre"):
            fitted.append(_block("text", pre[0], WORDS[lab.language]["output"]))
    if drawn is None:
        fitted.append(f"<p><em>{WORDS[lab.language]['lab not run']}</em></p>")
    description = " ".join(lab.cells[0].prose.partition("\n")[2].replace("*", "").split())
    fitted.insert(1, _take_away(lab))
    text = "".join(
        part if isinstance(part, str) else lxml.html.tostring(part, encoding="unicode")
        for part in fitted
    )
    return Fitted(f'<div class="lab">{text}</div>', toc, description)


def _block(language: str, pre: HtmlElement, title: str | None = None) -> HtmlElement:
    """Return a block as pymdownx.highlight writes them, so that the theme knows it."""
    code = builder.CODE()
    code.text = pre.text
    for child in pre:
        code.append(copy.deepcopy(child))
    _strip_end(code)
    parts = [builder.SPAN({"class": "filename"}, title)] if title else []
    block = builder.DIV(*parts, builder.PRE(builder.SPAN(), code))
    block.set("class", f"language-{language} highlight")
    block.tail = "\n"
    return block


def _strip_end(code: HtmlElement) -> None:
    """End the block with one line break, as pymdownx.highlight does."""
    last = code[-1] if len(code) else None
    text = code.text if last is None else last.tail
    ended = (text or "").rstrip("\n") + "\n"
    if last is None:
        code.text = ended
    else:
        last.tail = ended


def _head(heading: HtmlElement, toc: list[dict[str, Any]], language: str) -> None:
    """Give a heading its own id, MkDocs' permalink and an entry in the table of contents."""
    for anchor in heading.find_class("anchor-link"):
        anchor.drop_tree()
    title = heading.text_content()
    level = int(heading.tag[1])
    found = _ID.search(title)
    identifier = found[1] if found else "top"
    if found:
        last = heading[-1] if len(heading) else None
        if last is None:
            heading.text = _ID.sub("", heading.text or "")
        else:
            last.tail = _ID.sub("", last.tail or "")
    entry: dict[str, Any] = {
        "level": level,
        "id": identifier,
        "name": _ID.sub("", title),
        "children": [],
    }
    (toc[-1]["children"] if level > 1 and toc else toc).append(entry)
    heading.set("id", identifier)
    words = WORDS[language]["permalink"]
    link = builder.A("¶", {"class": "headerlink", "href": f"#{identifier}", "title": words})
    heading.append(link)
    heading.tail = "\n"


def _lead(part: HtmlElement, lab: Lab, lead: Callable[[str], str | None]) -> None:
    for link in part.iter("a"):
        target = link.get("href", "")
        if "anchor-link" in link.classes or re.match(r"[a-z]+:|#", target):
            continue
        leads = lead(target)
        if leads is None:
            raise LabError(
                _line_of(lab, target), f"its link {target} leads nowhere", "Mend the link."
            )
        link.set("href", leads)


def _line_of(lab: Lab, text: str) -> Place:
    lines = lab.source.splitlines()
    return lab.place(next((n for n, line in enumerate(lines, 1) if f"]({text})" in line), 1))


def _take_away(lab: Lab) -> str:
    names = (f"{lab.name}.ipynb", f"{lab.name}.py")
    links = " · ".join(f'<a href="{n}" download>{html_text.escape(n)}</a>' for n in names)
    return f'<p class="take-away">{WORDS[lab.language]["take away"]}{links}</p>\n'


def markdown(lab: Lab, run: LabRun | None, drawn: list[list[str]] | None) -> Expanded:
    """Return the lab as plain Markdown, with the place that each line came from.

    pytest-codeblocks would run each cell by itself, without the ones before: cells are marked.
    """
    lines: list[str] = []
    places: list[Place] = []

    def add(text: str, place: Place) -> None:
        for offset, line in enumerate(text.split("\n")):
            lines.append(line)
            places.append(Place(place.path, place.line + offset))

    words = WORDS[lab.language]
    for cell, number in _numbered(lab):
        place = lab.place(cell.line)
        if number is None:
            add(cell.prose, place)
        else:
            add('<!--pytest.mark.skip(reason="a cell of a lab: it runs as a whole")-->', place)
            add("", place)
            add(f"```python\n{cell.source}\n```", lab.place(cell.line - 1))
            if run and run[number].output:
                add("", place)
                add(f'```text title="{words["output"]}"\n{run[number].output}```', place)
            for figure in drawn[number] if drawn else ():
                add("", place)
                add(figure, place)
        add("", place)
    return Expanded("".join(f"{line}\n" for line in lines), tuple(places))
