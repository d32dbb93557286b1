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

from asrun.base.errors import AsrunError, CensusError, LabError, Location
from asrun.base.languages import LANGUAGES
from asrun.execution.result import Result, Run
from asrun.labs.execute import LabRun
from asrun.labs.lab import Lab
from asrun.pages.page import Page, parse_page
from asrun.pages.snippet_block import ExpectedOnly
from asrun.pages.urls import make_markdown_site_path
from asrun.project.project import Project
from asrun.publish.content import choose_snippet_content

_MARKDOWN_PARSER = MarkdownIt("commonmark").disable(
    "inline"
)  # fences are blocks: their text can stay whole
_PYTHON_CLASS = re.compile(r"(lang(uage)?-)?(python3?|py3?|pyi|pycon|ipython3?)$", re.IGNORECASE)


@dataclass(frozen=True)
class PublishedBlock:
    """A published block: its place, what it holds, and the output fence right below it."""

    location: Location
    code: str
    output: str | None = None


@dataclass(frozen=True)
class Census:
    """What is published, and what of it ran."""

    page_count: int
    shown_by_language: Mapping[str, int]
    ran_count: int
    not_run_by_reason: Mapping[str, int]
    problems: tuple[AsrunError, ...] = field(default=())

    def __str__(self) -> str:
        shown_count = sum(self.shown_by_language.values())
        by_language = ", ".join(f"{name} {self.shown_by_language[name]}" for name in LANGUAGES)
        reasons = "; ".join(
            f"{count} {reason}" for reason, count in sorted(self.not_run_by_reason.items())
        )
        return (
            f"{shown_count} blocks shown on {self.page_count} pages ({by_language}): "
            f"{self.ran_count} ran, {sum(self.not_run_by_reason.values())} did not"
            + (f" ({reasons})." if reasons else ".")
        )


def count_blocks(
    project: Project,
    site_folder: Path,
    results: Mapping[str, Result],
    labs: Mapping[str, LabRun | LabError],
) -> Census:
    """Count the blocks of a built site against the results of the runs.

    Every HTML file and every twin is read. A problem is a Python block that is no snippet of its
    page, that nobody ran, or that stands above another output than its run's; and a page whose
    HTML and twin show different blocks.
    """
    problems: list[AsrunError] = []
    shown_by_language: Counter[str] = Counter(dict.fromkeys(LANGUAGES, 0))
    ran_count, not_run_by_reason = 0, Counter[str]()
    page_by_path: dict[str, Page | Lab] = {_get_html_path(page): page for page in project.pages}
    page_by_path |= {_get_html_path(lab): lab for lab in project.labs}
    expected_count = len(page_by_path)
    for file in sorted(site_folder.rglob("*.html")):
        path = file.relative_to(site_folder).as_posix()
        page = page_by_path.pop(path, None)
        blocks = list(parse_html_blocks(file, f"site/{path}"))
        if page is None:
            problems += [
                _make_block_error(block, "a Python block on a page that is no page of the project")
                for block in blocks
            ]
            continue
        if isinstance(page, Lab):
            expected_blocks = list(_list_lab_blocks(page, labs.get(page.path)))
        else:
            expected_blocks = list(_list_snippet_blocks(project, page, results))
        for block in blocks:
            shown_by_language[page.language] += 1
            finding = _match_block(block, expected_blocks)
            if isinstance(finding, CensusError):
                problems.append(finding)
            elif finding is None:
                ran_count += 1
            else:
                not_run_by_reason[finding] += 1
        problems += [
            CensusError(
                page.locate_line(),
                f"its snippet {entry.name} is not on site/{path}",
                "Run `make site`.",
            )
            for entry in expected_blocks
        ]
        problems += _compare_with_twin(page, site_folder, blocks)
    problems += [
        CensusError(page.locate_line(), f"not published: no site/{path}", "Run `make site`.")
        for path, page in page_by_path.items()
    ]
    return Census(
        expected_count - len(page_by_path),
        dict(shown_by_language),
        ran_count,
        dict(not_run_by_reason),
        tuple(problems),
    )


def parse_html_blocks(file: Path, path: str) -> Iterator[PublishedBlock]:
    """Yield the Python blocks of an HTML file, as ``pygments_lang_class`` marks them.

    Also yields what only looks like an output: a block of plain text that stands below nothing
    which ran and is no signature is typed by hand.
    """
    tree = lxml.html.parse(str(file), lxml.html.HTMLParser(encoding="utf-8")).getroot()
    for pre in tree.iter("pre"):
        marked_elements = (pre, *pre.iterancestors("div"), *pre.iter("code"))
        classes = [
            name for element in marked_elements for name in (element.get("class") or "").split()
        ]
        if not any(_PYTHON_CLASS.match(name) for name in classes):
            continue
        container = next((e for e in pre.iterancestors("div") if "highlight" in e.classes), pre)
        next_element = container.getnext()
        while next_element is not None and not isinstance(next_element.tag, str):
            next_element = next_element.getnext()  # a comment
        output = None
        if next_element is not None and "language-text" in next_element.classes:
            output = "".join(_get_text(code) for code in next_element.iter("samp"))
        code = next(iter(pre.iter("code")), pre)
        yield PublishedBlock(Location(path, pre.sourceline or 1), _get_text(code), output)


def parse_twin_blocks(file: Path, path: str) -> Iterator[PublishedBlock]:
    """Yield the Python blocks of a twin."""
    tokens = _MARKDOWN_PARSER.parse(file.read_text(encoding="utf-8"))
    fences = [token for token in tokens if token.type == "fence"]
    for index, token in enumerate(fences):
        if _PYTHON_CLASS.match(token.info.partition(" ")[0]):
            next_fence = fences[index + 1] if index + 1 < len(fences) else None
            output = (
                next_fence.content
                if next_fence and next_fence.info.startswith("text title=")
                else None
            )
            line = token.map[0] + 1 if token.map else 1
            yield PublishedBlock(Location(path, line), token.content, output)


@dataclass(frozen=True)
class _ExpectedBlock:
    """A block that a page may show: its text, its output, and the reason if it did not run."""

    name: str
    code: str
    output: str | None
    not_run_reason: str | None


def _list_snippet_blocks(
    project: Project, page: Page, results: Mapping[str, Result]
) -> Iterator[_ExpectedBlock]:
    for fence in parse_page(page).fences:
        if fence.included_snippet:
            snippet = project.snippets[fence.included_snippet]
            code = snippet.localize(page.language).text
            content = choose_snippet_content(project, snippet, results.get(snippet.name))
            if isinstance(content, Run):
                yield _ExpectedBlock(snippet.name, code, content.output, None)
            elif isinstance(content, ExpectedOnly) and content.missing_requirement:
                reason = f"need {content.missing_requirement}"
                yield _ExpectedBlock(snippet.name, code, content.output, reason)
            else:
                yield _ExpectedBlock(snippet.name, code, None, "failed")
        elif fence.is_python and fence.not_run_reason:
            body = "".join(f"{line}\n" for line in fence.body)
            yield _ExpectedBlock(
                str(page.locate_line(fence.line)), body, None, fence.not_run_reason
            )


def _list_lab_blocks(lab: Lab, run: LabRun | LabError | None) -> Iterator[_ExpectedBlock]:
    for number, cell in enumerate(lab.code_cells):
        name, code = f"{lab.path} cell {number + 1}", f"{cell.source}\n"
        if run is None or isinstance(run, LabError):
            yield _ExpectedBlock(name, code, None, "failed")
        else:
            yield _ExpectedBlock(name, code, run[number].output, None)


def _match_block(
    block: PublishedBlock, expected_blocks: list[_ExpectedBlock]
) -> CensusError | str | None:
    """Strike the block off the list; return a problem, or why it did not run, or None."""
    for entry in expected_blocks:
        if entry.code == block.code:
            expected_blocks.remove(entry)
            if entry.not_run_reason == "failed":
                return _make_block_error(block, f"{entry.name} is published and has not run")
            if entry.not_run_reason is None and (block.output or "") != (entry.output or ""):
                return _make_block_error(
                    block, f"{entry.name} stands above an output that is not its own"
                )
            return entry.not_run_reason
    return _make_block_error(block, "a Python block that is none of its page's snippets")


def _compare_with_twin(
    page: Page | Lab, site_folder: Path, blocks: list[PublishedBlock]
) -> Iterator[CensusError]:
    path = make_markdown_site_path(page.language, page.uri)
    file = site_folder / path
    if not file.is_file():
        yield CensusError(page.locate_line(), f"no twin site/{path}", "Run `make site`.")
        return
    published_blocks = list(parse_twin_blocks(file, f"site/{path}"))
    if [(b.code, b.output) for b in published_blocks] != [(b.code, b.output) for b in blocks]:
        yield CensusError(
            page.locate_line(),
            f"its HTML shows {len(blocks)} Python blocks, its twin {len(published_blocks)}, not the same",
            "Look at both; the renderer dropped or changed one.",
        )


def _make_block_error(block: PublishedBlock, message: str) -> CensusError:
    first_line = next((line for line in block.code.splitlines() if line.strip()), "")
    return CensusError(
        block.location,
        f"{message} (`{first_line}`)",
        "Only snippets that ran are published; include one.",
    )


def _get_html_path(page: Page | Lab) -> str:
    return make_markdown_site_path(page.language, page.uri).removesuffix(".md") + ".html"


def _get_text(element: lxml.html.HtmlElement) -> str:
    return str(element.text_content())
