"""The census: everything that is published as a program, an output or a figure, against the runs.

It relies neither on the engine's own expansion of pages nor on MkDocs: `published` reads the HTML
with lxml and the Markdown copies with markdown-it-py, and what they must show comes from the
results. On every page, labs included, each Python block must be a program of the page that ran;
each ``<samp>`` and each block with a title must be the output, to the letter, of the program right
above it; each figure must show the tensors or the plot of the program above it; and every other
block of text must stand on the page as its source has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asrun.base.errors import AsrunError, CensusError, LabError, Location
from asrun.base.languages import LANGUAGES
from asrun.execution.result import Result, Run
from asrun.labs.execute import LabRun
from asrun.labs.lab import Lab
from asrun.lists.redirects import REDIRECTS_PATH, Redirect
from asrun.pages.page import Page, parse_page
from asrun.pages.snippet_block import ExpectedOnly
from asrun.pages.urls import make_markdown_site_path
from asrun.project.project import Project
from asrun.publish.content import choose_snippet_content
from asrun.publish.drawn import ExpectedFigure, list_lab_figures, list_snippet_figures
from asrun.publish.published import PublishedBlock, PublishedPage, read_html, read_markdown
from asrun.publish.redirect_pages import has_refresh, is_redirect_page, list_redirect_paths

_STALE_HINT = "If `make site` has not just said this, the site is older than its pages: run it."
_DROPPED_HINT = (
    "The renderer dropped or changed it: let the include stand by itself, and report this if it "
    "does."
)


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
    that is no snippet of its page, that nobody ran, or that stands above another output or other
    figures than its run's; a snippet that its page does not show; what looks like an output or a
    figure below no program; a block of text that the page's source does not hold; an id that
    stands twice; a page whose HTML and Markdown copy show different
    things; and a redirect page that is not as the template has it.
    """
    problems: list[AsrunError] = []
    shown_by_language: Counter[str] = Counter(dict.fromkeys(LANGUAGES, 0))
    ran_count, not_run_by_reason = 0, Counter[str]()
    all_pages: tuple[Page | Lab, ...] = (*project.pages, *project.labs)
    pages = {_make_html_path(page): page for page in all_pages}
    unpublished_pages = dict(pages)
    redirects = {
        path: (redirect, language)
        for language in LANGUAGES
        for path, redirect in list_redirect_paths(project.redirects, language)
    }
    for file in sorted(site_folder.rglob("*.html")):
        path = file.relative_to(site_folder).as_posix()
        published = read_html(file, f"site/{path}")
        blocks = published.blocks
        problems += _find_stray_problems(published)
        page = unpublished_pages.pop(path, None)
        if problem := _find_redirect_problem(file, path, redirects.pop(path, None)):
            problems.append(problem)
        if page is None:
            problems += [
                _make_block_error(block, "a Python block on a page that is no page of the project")
                for block in blocks
            ]
            problems += _find_text_problems(published, [])
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
                _DROPPED_HINT,
            )
            for expected in expected_blocks
        ]
        problems += _find_text_problems(published, list(_list_plain_texts(page)))
        problems += _find_twin_problems(page, site_folder, published)
    problems += [
        CensusError(redirect.location, f"not published: no site/{path}", _STALE_HINT)
        for path, (redirect, _) in redirects.items()
    ]
    problems += [
        CensusError(page.locate_line(), f"not published: no site/{path}", _STALE_HINT)
        for path, page in unpublished_pages.items()
    ]
    return Census(
        len(pages) - len(unpublished_pages),
        dict(shown_by_language),
        ran_count,
        dict(not_run_by_reason),
        tuple(problems),
    )


@dataclass(frozen=True)
class _ExpectedBlock:
    """A block that a page must show.

    Attributes:
        name: what messages call it.
        output: what must stand below it; not compared if it did not run here.
        figures: what must be drawn below it.
        not_run_reason: why it was not run, if there is a reason that may be published.
        is_failed: it was not run, or it failed: it may not be published.
    """

    name: str
    code: str
    output: str = ""
    figures: tuple[ExpectedFigure, ...] = ()
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
                figures = tuple(list_snippet_figures(snippet, content, page.language))
                yield _ExpectedBlock(name, code, content.output, figures)
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
            figures = tuple(list_lab_figures(lab, number, run[number].plots))
            yield _ExpectedBlock(name, code, run[number].output, figures)


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
    if len(block.figures) != len(expected.figures):
        return _make_block_error(
            block,
            f"{expected.name} drew {len(expected.figures)} figures, and {len(block.figures)} "
            "stand below it",
        )
    for number, (figure, drawn) in enumerate(zip(block.figures, expected.figures, strict=True), 1):
        if not drawn.is_shown_by(figure):
            return _make_block_error(
                block, f"figure {number} below {expected.name} is not the one that it drew"
            )
    return None


def _find_twin_problems(
    page: Page | Lab, site_folder: Path, html: PublishedPage
) -> Iterator[CensusError]:
    """Yield what is wrong with the Markdown copy of a page; messages call it the page's twin."""
    path = make_markdown_site_path(page.language, page.uri)
    file = site_folder / path
    if not file.is_file():
        yield CensusError(page.locate_line(), f"no twin site/{path}", _STALE_HINT)
        return
    twin = read_markdown(file, f"site/{path}")
    yield from _find_stray_problems(twin)
    if list(map(_compose_key, twin.blocks)) != list(map(_compose_key, html.blocks)):
        yield CensusError(
            page.locate_line(),
            f"its HTML shows {len(html.blocks)} Python blocks, its twin {len(twin.blocks)}, "
            "not the same",
            "Look at both; the renderer dropped or changed one.",
        )
    if [text.text.strip("\n") for text in twin.texts] != [t.text.strip("\n") for t in html.texts]:
        yield CensusError(
            page.locate_line(),
            f"its HTML shows {len(html.texts)} blocks of text, its twin {len(twin.texts)}, "
            "not the same",
            "Look at both; the renderer dropped or changed one.",
        )


def _compose_key(block: PublishedBlock) -> tuple[object, ...]:
    """Return what the HTML and the twin of a page must share of a block."""
    return (block.code, block.output, tuple((f.kind, f.alt, f.texts) for f in block.figures))


def _find_stray_problems(published: PublishedPage) -> Iterator[CensusError]:
    for stray in published.strays:
        first_line = next((line for line in stray.text.splitlines() if line.strip()), "")
        yield CensusError(
            stray.location,
            f"what looks like an output or a figure belongs to no program (`{first_line}`)",
            "Only what a program printed or drew is shown so; include the program.",
        )
    for name in published.repeated_ids:
        yield CensusError(
            Location(published.path),
            f"the id `{name}` stands on the page more than once",
            "Give each heading an id of its own; those of figures are made by the build.",
        )


def _list_plain_texts(page: Page | Lab) -> Iterator[str]:
    """Yield the blocks of text that a page must show as its source has them. A lab has none."""
    if isinstance(page, Page):
        for fence in parse_page(page).fences:
            if not fence.is_python:
                yield "\n".join(fence.body)


def _find_text_problems(
    published: PublishedPage, expected_texts: list[str]
) -> Iterator[CensusError]:
    """Yield the blocks of text that are not on the page as written. They have no title."""
    remaining = [text.strip("\n") for text in expected_texts]
    for block in published.texts:
        text = block.text.strip("\n")
        if text in remaining:
            remaining.remove(text)
        else:
            yield CensusError(
                block.location,
                f"a block of text that its page does not hold (`{text.partition(chr(10))[0]}`)",
                "What a program prints comes from an include.",
            )


def _find_redirect_problem(
    file: Path, path: str, expected: tuple[Redirect, str] | None
) -> CensusError | None:
    """Return what is wrong if a page sends its readers elsewhere, or does not and should.

    ``expected`` is the redirect of this path, with its language.
    """
    html = file.read_text(encoding="utf-8")
    if expected is not None and not is_redirect_page(html, *expected):
        return CensusError(
            Location(f"site/{path}"),
            f"not the redirect page that {expected[0].location} asks for",
            "Redirect pages are written from one template; run `make site`.",
        )
    if expected is None and has_refresh(html):
        return CensusError(
            Location(f"site/{path}"),
            "sends its readers elsewhere by itself, and is no redirect",
            f"List the old address in {REDIRECTS_PATH}; take the `refresh` out of the page.",
        )
    return None


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
