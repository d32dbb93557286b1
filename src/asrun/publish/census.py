"""The census: every Python block that is published, counted against the runs.

It relies neither on the engine's own reading of pages nor on MkDocs: the HTML is read with lxml,
the Markdown copies with markdown-it-py. Each Python block must be a program that ran, and the
output right below it must be what that program printed.
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

# Only fences are looked for, and they are blocks: the text of paragraphs need not be parsed.
_MARKDOWN_PARSER = MarkdownIt("commonmark").disable("inline")
_PYTHON_CLASS = re.compile(r"(lang(uage)?-)?(python3?|py3?|pyi|pycon|ipython3?)$", re.IGNORECASE)


@dataclass(frozen=True)
class PublishedBlock:
    """A published block of Python, and the output right below it; None if there is none."""

    location: Location
    code: str
    output: str | None = None


@dataclass(frozen=True)
class Census:
    """How many blocks are published, and how many of them ran.

    Attributes:
        page_count: the pages and labs of the project that are published.
        shown_by_language: the Python blocks that their HTML shows.
        ran_count: those of them that ran, and stand above what they printed.
        not_run_by_reason: those that did not run, by the reason that their page gives.
    """

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
    lab_runs: Mapping[str, LabRun | LabError],
) -> Census:
    """Count the Python blocks of a built site against the results of the runs.

    ``results`` has the result of each snippet by its name, ``lab_runs`` the run of each lab by its
    path. Every HTML file and every Markdown copy of a page is read. A problem is a Python block
    that is no snippet of its page, that nobody ran, or that stands above another output than its
    run's; a snippet that its page does not show; and a page whose HTML and Markdown copy show
    different blocks.
    """
    problems: list[AsrunError] = []
    shown_by_language: Counter[str] = Counter(dict.fromkeys(LANGUAGES, 0))
    ran_count, not_run_by_reason = 0, Counter[str]()
    all_pages: tuple[Page | Lab, ...] = (*project.pages, *project.labs)
    pages = {_make_html_path(page): page for page in all_pages}
    unpublished_pages = dict(pages)
    for file in sorted(site_folder.rglob("*.html")):
        path = file.relative_to(site_folder).as_posix()
        blocks = list(parse_html_blocks(file, f"site/{path}"))
        page = unpublished_pages.pop(path, None)
        if page is None:
            problems += [
                _make_block_error(block, "a Python block on a page that is no page of the project")
                for block in blocks
            ]
            continue
        if isinstance(page, Lab):
            expected_blocks = list(_list_lab_blocks(page, lab_runs.get(page.path)))
        else:
            expected_blocks = list(_list_snippet_blocks(project, page, results))
        shown_by_language[page.language] += len(blocks)
        for block in blocks:
            expected = next((entry for entry in expected_blocks if entry.code == block.code), None)
            if expected:
                expected_blocks.remove(expected)
            if problem := _find_block_problem(block, expected):
                problems.append(problem)
            elif expected and expected.not_run_reason:
                not_run_by_reason[expected.not_run_reason] += 1
            else:
                ran_count += 1
        problems += [
            CensusError(
                page.locate_line(),
                f"its snippet {expected.name} is not on site/{path}",
                "Run `make site`.",
            )
            for expected in expected_blocks
        ]
        problems += _find_twin_problems(page, site_folder, blocks)
    problems += [
        CensusError(page.locate_line(), f"not published: no site/{path}", "Run `make site`.")
        for path, page in unpublished_pages.items()
    ]
    return Census(
        len(pages) - len(unpublished_pages),
        dict(shown_by_language),
        ran_count,
        dict(not_run_by_reason),
        tuple(problems),
    )


def parse_html_blocks(file: Path, path: str) -> Iterator[PublishedBlock]:
    """Yield the Python blocks of an HTML file, as ``pygments_lang_class`` marks them.

    A block's output is what stands as ``<samp>`` in the block of text right below it. Other blocks
    of text are not read. ``path`` is the file's own, for messages.
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


def parse_markdown_blocks(file: Path, path: str) -> Iterator[PublishedBlock]:
    """Yield the Python blocks of a Markdown copy; an output is the titled text that follows one.

    ``path`` is the file's own, for messages.
    """
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
    """A block that a page must show.

    Attributes:
        name: what messages call it.
        output: what must stand below it; not compared if it did not run here.
        not_run_reason: why it was not run, if there is a reason that may be published.
        is_failed: it was not run, or it failed: it may not be published.
    """

    name: str
    code: str
    output: str = ""
    not_run_reason: str | None = None
    is_failed: bool = False


def _list_snippet_blocks(
    project: Project, page: Page, results: Mapping[str, Result]
) -> Iterator[_ExpectedBlock]:
    for fence in parse_page(page).fences:
        if fence.included_snippet:
            snippet = project.snippets[fence.included_snippet]
            name, code = snippet.name, snippet.localize(page.language).text
            content = choose_snippet_content(project, snippet, results.get(name))
            if isinstance(content, Run):
                yield _ExpectedBlock(name, code, content.output)
            elif isinstance(content, ExpectedOnly) and content.missing_requirement:
                reason = f"need {content.missing_requirement}"
                yield _ExpectedBlock(name, code, content.output, not_run_reason=reason)
            else:
                yield _ExpectedBlock(name, code, is_failed=True)
        elif fence.is_python and fence.not_run_reason:
            code = "".join(f"{line}\n" for line in fence.body)
            yield _ExpectedBlock(
                str(page.locate_line(fence.line)), code, not_run_reason=fence.not_run_reason
            )


def _list_lab_blocks(lab: Lab, run: LabRun | LabError | None) -> Iterator[_ExpectedBlock]:
    for number, cell in enumerate(lab.code_cells):
        name, code = f"{lab.path} cell {number + 1}", f"{cell.source}\n"
        if run is None or isinstance(run, LabError):
            yield _ExpectedBlock(name, code, is_failed=True)
        else:
            yield _ExpectedBlock(name, code, run[number].output)


def _find_block_problem(
    block: PublishedBlock, expected: _ExpectedBlock | None
) -> CensusError | None:
    """Return what is wrong with a published block; ``expected`` is the one with the same code."""
    if expected is None:
        return _make_block_error(block, "a Python block that is none of its page's snippets")
    if expected.is_failed:
        return _make_block_error(block, f"{expected.name} is published and has not run")
    if expected.not_run_reason is None and (block.output or "") != expected.output:
        return _make_block_error(
            block, f"{expected.name} stands above an output that is not its own"
        )
    return None


def _find_twin_problems(
    page: Page | Lab, site_folder: Path, html_blocks: list[PublishedBlock]
) -> Iterator[CensusError]:
    """Yield what is wrong with the Markdown copy of a page; messages call it the page's twin."""
    path = make_markdown_site_path(page.language, page.uri)
    file = site_folder / path
    if not file.is_file():
        yield CensusError(page.locate_line(), f"no twin site/{path}", "Run `make site`.")
        return
    twin_blocks = list(parse_markdown_blocks(file, f"site/{path}"))
    if [(b.code, b.output) for b in twin_blocks] != [(b.code, b.output) for b in html_blocks]:
        yield CensusError(
            page.locate_line(),
            f"its HTML shows {len(html_blocks)} Python blocks, its twin {len(twin_blocks)}, "
            "not the same",
            "Look at both; the renderer dropped or changed one.",
        )


def _make_block_error(block: PublishedBlock, message: str) -> CensusError:
    first_line = next((line for line in block.code.splitlines() if line.strip()), "")
    return CensusError(
        block.location,
        f"{message} (`{first_line}`)",
        "Only snippets that ran are published; include one.",
    )


def _make_html_path(page: Page | Lab) -> str:
    """Return where the HTML of a page is published, from the root of the site."""
    return make_markdown_site_path(page.language, page.uri).removesuffix(".md") + ".html"


def _get_text(element: lxml.html.HtmlElement) -> str:
    return str(element.text_content())
