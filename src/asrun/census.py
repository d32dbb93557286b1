"""The census: every Python block that is published, counted against the runs.

It trusts neither the engine's own reading of pages nor MkDocs: the HTML is read with lxml, the
twins with markdown-it-py, and each block must be a program that ran, shown with what it printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html
from markdown_it import MarkdownIt

from asrun.errors import AsrunError, CensusError, LabError, Place
from asrun.judge import NotRun, Run
from asrun.kernel import LabRun
from asrun.lab import Lab
from asrun.page import Page, outline
from asrun.project import Project
from asrun.record import recorded
from asrun.runner import Result
from asrun.snippet import LANGUAGES
from asrun.twin import site_path
from asrun.view import view

_BLOCKS = MarkdownIt("commonmark").disable("inline")  # fences are blocks: their text can stay whole
_PYTHON = re.compile(r"(lang(uage)?-)?(python3?|py3?|pyi|pycon|ipython3?)$", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A published block: its place, what it holds, and the output fence right below it."""

    place: Place
    code: str
    output: str | None = None


@dataclass(frozen=True)
class Census:
    """What is published, and what of it ran."""

    pages: int
    shown: Mapping[str, int]
    ran: int
    not_run: Mapping[str, int]
    problems: tuple[AsrunError, ...] = field(default=())

    def __str__(self) -> str:
        shown = sum(self.shown.values())
        by_language = ", ".join(f"{name} {self.shown[name]}" for name in LANGUAGES)
        why = "; ".join(f"{count} {reason}" for reason, count in sorted(self.not_run.items()))
        return (
            f"{shown} blocks shown on {self.pages} pages ({by_language}): "
            f"{self.ran} ran, {sum(self.not_run.values())} did not" + (f" ({why})." if why else ".")
        )


def census(
    project: Project,
    site: Path,
    results: Mapping[str, Result],
    labs: Mapping[str, LabRun | LabError],
) -> Census:
    """Count the blocks of a built site against the results of the runs.

    Every HTML file and every twin is read. A problem is a Python block that is no snippet of its
    page, that nobody ran, or that stands above another output than its run's; and a page whose
    HTML and twin show different blocks.
    """
    problems: list[AsrunError] = []
    shown: Counter[str] = Counter(dict.fromkeys(LANGUAGES, 0))
    ran, not_run = 0, Counter[str]()
    known: dict[str, Page | Lab] = {_html_path(page): page for page in project.pages}
    known |= {_html_path(lab): lab for lab in project.labs}
    total = len(known)
    for file in sorted(site.rglob("*.html")):
        path = file.relative_to(site).as_posix()
        page = known.pop(path, None)
        blocks = list(html_blocks(file, f"site/{path}"))
        if page is None:
            problems += [
                _problem(block, "a Python block on a page that is no page of the project")
                for block in blocks
            ]
            continue
        if isinstance(page, Lab):
            allowed = list(_cells(page, labs.get(page.path)))
        else:
            allowed = list(_allowed(project, page, results))
        for block in blocks:
            shown[page.language] += 1
            verdict = _verdict(block, allowed)
            if isinstance(verdict, CensusError):
                problems.append(verdict)
            elif verdict is None:
                ran += 1
            else:
                not_run[verdict] += 1
        problems += [
            CensusError(
                page.place(), f"its snippet {entry.name} is not on site/{path}", "Run `make site`."
            )
            for entry in allowed
        ]
        problems += _compare_with_twin(page, site, blocks)
    problems += [
        CensusError(page.place(), f"not published: no site/{path}", "Run `make site`.")
        for path, page in known.items()
    ]
    return Census(total - len(known), dict(shown), ran, dict(not_run), tuple(problems))


def html_blocks(file: Path, path: str) -> Iterator[Block]:
    """Yield the Python blocks of an HTML file, as ``pygments_lang_class`` marks them.

    Also yields what only looks like an output: a block of plain text that stands below nothing
    which ran and is no signature is typed by hand.
    """
    tree = lxml.html.parse(str(file), lxml.html.HTMLParser(encoding="utf-8")).getroot()
    for pre in tree.iter("pre"):
        marked = (pre, *pre.iterancestors("div"), *pre.iter("code"))
        classes = [name for element in marked for name in (element.get("class") or "").split()]
        if not any(_PYTHON.match(name) for name in classes):
            continue
        card = next((e for e in pre.iterancestors("div") if "highlight" in e.classes), pre)
        below = card.getnext()
        while below is not None and not isinstance(below.tag, str):
            below = below.getnext()  # a comment
        output = None
        if below is not None and "language-text" in below.classes:
            output = "".join(_text(code) for code in below.iter("samp"))
        code = next(iter(pre.iter("code")), pre)
        yield Block(Place(path, pre.sourceline or 1), _text(code), output)


def twin_blocks(file: Path, path: str) -> Iterator[Block]:
    """Yield the Python blocks of a twin."""
    tokens = _BLOCKS.parse(file.read_text(encoding="utf-8"))
    fences = [token for token in tokens if token.type == "fence"]
    for index, token in enumerate(fences):
        if _PYTHON.match(token.info.partition(" ")[0]):
            after = fences[index + 1] if index + 1 < len(fences) else None
            below = after.content if after and after.info.startswith("text title=") else None
            line = token.map[0] + 1 if token.map else 1
            yield Block(Place(path, line), token.content, below)


@dataclass(frozen=True)
class _Allowed:
    """A block that a page may show: its text, its output, and the reason if it did not run."""

    name: str
    code: str
    output: str | None
    reason: str | None


def _allowed(project: Project, page: Page, results: Mapping[str, Result]) -> Iterator[_Allowed]:
    for fence in outline(page).fences:
        if fence.includes:
            snippet = project.snippets[fence.includes]
            result = results.get(snippet.name)
            code = view(snippet, page.language).text
            output = recorded(project.root, snippet)
            if isinstance(result, Run):
                yield _Allowed(snippet.name, code, result.output, None)
            elif isinstance(result, NotRun):
                yield _Allowed(snippet.name, code, output, f"need {result.needs}")
            else:
                yield _Allowed(snippet.name, code, output, "failed")
        elif fence.is_python and fence.not_run:
            body = "".join(f"{line}\n" for line in fence.body)
            yield _Allowed(str(page.place(fence.line)), body, None, fence.not_run)


def _cells(lab: Lab, run: LabRun | LabError | None) -> Iterator[_Allowed]:
    for number, cell in enumerate(lab.code):
        name, code = f"{lab.path} cell {number + 1}", f"{cell.source}\n"
        if run is None or isinstance(run, LabError):
            yield _Allowed(name, code, None, "failed")
        else:
            yield _Allowed(name, code, run[number].output, None)


def _verdict(block: Block, allowed: list[_Allowed]) -> CensusError | str | None:
    """Strike the block off the list; return a problem, or why it did not run, or None."""
    for entry in allowed:
        if entry.code == block.code:
            allowed.remove(entry)
            if entry.reason == "failed":
                return _problem(block, f"{entry.name} is published and has not run")
            if entry.reason is None and (block.output or "") != (entry.output or ""):
                return _problem(block, f"{entry.name} stands above an output that is not its own")
            return entry.reason
    return _problem(block, "a Python block that is none of its page's snippets")


def _compare_with_twin(page: Page | Lab, site: Path, blocks: list[Block]) -> Iterator[CensusError]:
    path = site_path(page.language, page.uri)
    file = site / path
    if not file.is_file():
        yield CensusError(page.place(), f"no twin site/{path}", "Run `make site`.")
        return
    twins = list(twin_blocks(file, f"site/{path}"))
    if [(b.code, b.output) for b in twins] != [(b.code, b.output) for b in blocks]:
        yield CensusError(
            page.place(),
            f"its HTML shows {len(blocks)} Python blocks, its twin {len(twins)}, not the same",
            "Look at both; the renderer dropped or changed one.",
        )


def _problem(block: Block, what: str) -> CensusError:
    first = next((line for line in block.code.splitlines() if line.strip()), "")
    return CensusError(
        block.place, f"{what} (`{first}`)", "Only snippets that ran are published; include one."
    )


def _html_path(page: Page | Lab) -> str:
    return site_path(page.language, page.uri).removesuffix(".md") + ".html"


def _text(element: lxml.html.HtmlElement) -> str:
    return str(element.text_content())
