"""What a reader takes away: a program as a script that brings its own requirements, as a notebook.

And a page as a notebook. All of it from the same runs that the page shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

import nbformat

from asrun.card import Card
from asrun.expand import Expanded, published
from asrun.key import modules, provided
from asrun.page import Page, outline
from asrun.project import Project
from asrun.reference import functions
from asrun.snippet import LANGUAGES, Snippet
from asrun.twin import twin

_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_ATTRIBUTES = re.compile(r" *\{ *#[\w-]+ *\}")
_FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
_ALT = re.compile(r'aria-label="([^"]*)"|<figcaption[^>]*>(.*?)</figcaption>', re.DOTALL)
_NOISE = re.compile(r"^(<!--.*-->|<p class=\"proof\">.*</p>)\n\n?", re.MULTILINE)


def script(card: Card) -> str:
    """Return a program as one file that `uv run` and `pipx run` can run with nothing installed.

    Its requirements stand at its top as PEP 723 (inline script metadata) says.
    """
    needed = "".join(f'#     "{name}",\n' for name in requirements(card.snippet.source))
    return (
        '# /// script\n# requires-python = ">=3.11"\n'
        f"# dependencies = [\n{needed}# ]\n# ///\n{card.code.text}"
    )


def requirements(source: str) -> list[str]:
    """Return the distributions that a program needs, in the versions it ran with.

    NumPy is one if the program calls torch's bridge to it: torch does not bring it along. And
    torch is one if a tokenizer returns its tensors: transformers does not bring it along either.
    """
    names = {name.partition(".")[0] for name in modules(source)}
    if re.search(r"""return_tensors=["']pt["']""", source):
        names.add("torch")
    if re.search(r"\.(numpy|from_numpy)\(", source):
        names.add("numpy")
    found = []
    for name in sorted(names):
        distribution = provided(name)
        if distribution is None:
            found.append(name)
        else:
            found.append(f"{distribution.name}=={distribution.version.partition('+')[0]}")
    return sorted(found, key=str.lower)


def snippet_notebook(card: Card) -> str:
    """Return a program and what it printed and drew, as ``.ipynb``."""
    return _written([_cell(card, 1)])


def page_notebook(page: Page, card: Callable[[str], Card]) -> str:
    """Return a page as ``.ipynb``: its words, its programs and what they printed and drew.

    A cell that is meant to raise is tagged so, and the cells below it run all the same.
    """
    lines = page.source.splitlines()
    cells: list[nbformat.NotebookNode] = []
    start, count = 0, 0
    for fence in outline(page).fences:
        if not fence.includes:
            continue
        _add_words(cells, lines[start : fence.line - 1])
        count += 1
        cells.append(_cell(card(fence.includes), count))
        start = fence.line + len(fence.body) + 1
    _add_words(cells, lines[start:])
    return _written(cells)


def entries(project: Project) -> list[dict[str, Any]]:
    """Return what ``snippets.json`` holds: one entry a snippet.

    ``verified`` has the environments that gave the recorded output, ``not_verified`` the others.
    """
    return [
        {
            "path": snippet.path,
            "title": dict(snippet.summary),
            "pages": {
                language: project.sections[language].of.get(snippet.name, "").replace(".md", "/")
                for language in LANGUAGES
            },
            "sha256": hashlib.sha256(snippet.source.encode()).hexdigest(),
            "functions": list(functions(snippet.source)),
            "needs": list(snippet.needs),
            "raises": snippet.raises,
            "verified": [run for run in _runs(project, snippet) if run["verdict"] == "equal"],
            "not_verified": [run for run in _runs(project, snippet) if run["verdict"] != "equal"],
        }
        for snippet in project.snippets.values()
    ]


def _runs(project: Project, snippet: Snippet) -> list[dict[str, Any]]:
    return [
        {**asdict(environment), "verdict": verdict.kind, "at": verdict.at, "why": verdict.why}
        for environment, verdict in project.proven(snippet).items()
    ]


def llms(title: str, description: str, pages: Sequence[tuple[str, str, str]]) -> str:
    """Return ``llms.txt``: the site in one list of links to Markdown.

    ``pages`` are title, URI and description of each, in the order of the navigation.
    """
    links = (
        f"- [{name}]({published(uri)})" + (f": {about}" if about else "")
        for name, uri, about in pages
    )
    return f"# {title}\n\n> {description}\n\n" + "".join(f"{link}\n" for link in links)


def llms_full(page: Page, expanded: Expanded) -> str:
    """Return a page for ``llms-full.txt``: its twin with figures as words, without marks."""
    text = _FRONT_MATTER.sub("", twin(page, expanded))
    return _NOISE.sub("", _FIGURE.sub(_in_words, text)).strip() + "\n"


def _in_words(match: re.Match[str]) -> str:
    found = _ALT.search(match[0])
    words = next((group for group in found.groups() if group), "") if found else ""
    return f"[{words}]"


def _add_words(cells: list[nbformat.NotebookNode], lines: list[str]) -> None:
    text = _FRONT_MATTER.sub("", "\n".join(lines) + "\n")
    if words := _ATTRIBUTES.sub("", text).strip():
        cells.append(nbformat.v4.new_markdown_cell(words))


def _cell(card: Card, number: int) -> nbformat.NotebookNode:
    node: nbformat.NotebookNode = nbformat.v4.new_code_cell(
        card.code.text.rstrip("\n"), execution_count=number
    )
    node.metadata["name"] = PurePosixPath(card.snippet.name).stem
    printed = card.output
    if card.snippet.raises:
        node.metadata["tags"] = ["raises-exception"]
        head, _, last = printed.rstrip("\n").rpartition("\n")
        printed = f"{head}\n" if head else ""
        name, _, value = last.partition(": ")
        error = nbformat.v4.new_output("error", ename=name, evalue=value, traceback=[last])
    if printed:
        node.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=printed))
    for figure in filter(None, card.figures):
        node.outputs.append(nbformat.v4.new_output("display_data", {"text/html": figure}))
    if card.snippet.raises:
        node.outputs.append(error)
    return node


def _written(cells: list[nbformat.NotebookNode]) -> str:
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # nbformat's own are random
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL))) + "\n"
