"""The expansion: each include becomes the snippet's code, output, figures and marks for pytest.

It is what every reader gets: MkDocs makes its HTML from it, and it is published as it is, beside
the HTML. Nothing else knows how a snippet looks on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import PurePosixPath

from asrun.base.errors import Location, PageError
from asrun.base.messages import UI_MESSAGES
from asrun.base.text import choose_fence
from asrun.pages.page import (
    DataList,
    ExpandedPage,
    Fence,
    LocatedLines,
    Page,
    Part,
    parse_page,
)
from asrun.pages.snippet_block import SnippetBlock
from asrun.pages.urls import make_markdown_path

_TORCH_PACKAGES = ("torch", "torchvision")


def expand_page(
    page: Page,
    get_block: Callable[[str], SnippetBlock],
    render_list: Callable[[DataList], LocatedLines],
    repository_url: str = "",
) -> ExpandedPage:
    """Return a page as plain Markdown: each include becomes a program with what it printed.

    Args:
        page: the page as written.
        get_block: returns the block of a snippet, by the name that the page includes; it raises
            KeyError if there is no such snippet.
        render_list: returns the lines of a list that is made of data; it raises PageError if there
            is no list of this name.
        repository_url: the project's address, for links to files in it; empty for none.

    Raises:
        PageError: for an include of a snippet that does not exist, a list that does not exist, or
            a fence that is never closed.
    """
    lines: list[tuple[str, Location]] = []
    for part in parse_page(page).parts:
        match part:
            case DataList():
                lines += render_list(part)
            case Fence(included_snippet=str(name)):
                block = _get_block(name, part, page, get_block)
                lines += [
                    (part.indent + line if line else line, location)
                    for line, location in _render_block(
                        block, page, page.locate_line(part.line), repository_url
                    )
                ]
            case Fence(not_run_reason=str(reason)):
                lines += _mark_as_not_run(part, reason, page)
            case _:
                lines += _copy_part(part, page)
    return ExpandedPage.from_lines(lines)


def _copy_part(part: Part, page: Page) -> Iterator[tuple[str, Location]]:
    for number, line in enumerate(part.lines, part.line):
        yield line, page.locate_line(number)


def _get_block(
    name: str, part: Fence, page: Page, get_block: Callable[[str], SnippetBlock]
) -> SnippetBlock:
    try:
        return get_block(name)
    except KeyError as error:
        raise PageError(
            page.locate_line(part.line + 1),
            f"includes {name}, and there is no snippets/{name}",
            "Write it and run `make update`, or mend the name.",
        ) from error


def _mark_as_not_run(part: Fence, reason: str, page: Page) -> Iterator[tuple[str, Location]]:
    """Yield a fence with a mark for pytest-codeblocks above it, and below it why it is not run."""
    location = page.locate_line(part.line)
    quoted_reason = reason.replace('"', "'")
    yield f'{part.indent}<!--pytest.mark.skip(reason="{quoted_reason}")-->', location
    yield "", location
    yield from _copy_part(part, page)
    yield "", location
    yield f"{part.indent}*{UI_MESSAGES[page.language]['not run']}{reason}*", location


def _render_block(
    block: SnippetBlock, page: Page, include: Location, repository_url: str
) -> Iterator[tuple[str, Location]]:
    """Yield a block's lines: marks for pytest-codeblocks, code, output, figures, notices, links.

    A line of code comes from the snippet, a line of output from its ``.out`` file, all else from
    the page's include.
    """
    messages = UI_MESSAGES[page.language]
    fence = choose_fence(block.code.text + block.output)
    for mark in _list_pytest_marks(block):
        yield from _locate_all((f"<!--{mark}-->", ""), include)
    yield f"{fence}python", include
    for line, number in zip(block.code.text.splitlines(), block.code.source_lines, strict=True):
        yield line, block.snippet.locate_line(number)
    yield fence, include
    if block.output:
        yield "", include
        if not block.snippet.expected_exception and not block.missing_requirement:
            yield from _locate_all(("<!--pytest-codeblocks:expected-output-->", ""), include)
        yield f'{fence}text title="{_make_output_title(block, messages)}"', include
        for number, line in enumerate(block.output.splitlines(), 1):
            yield line, Location(block.snippet.out_path, number)
        yield fence, include
    # Where only a failure is known there are no figures, and there may be alt texts all the same.
    alt_texts = block.snippet.get_alt_texts(page.language)
    for figure, alt in zip(block.figures, alt_texts, strict=False):
        figure_text = figure or f"> {messages['no figure']} ({alt.value})"
        yield "", include
        yield from _locate_all(figure_text.splitlines(), block.snippet.locate_line(alt.line))
    if block.missing_requirement and not block.verified_environments:
        yield from _locate_all(("", f"*{messages[block.missing_requirement]}*"), include)
    if block.failure:
        yield from _locate_all(("", f"*{messages['failed']}*"), include)
        yield from _locate_all(("", f"{fence}text", block.failure, fence), include)
    yield from _locate_all(("", _render_verified_line(block, page, repository_url)), include)


def _locate_all(lines: Iterable[str], location: Location) -> Iterator[tuple[str, Location]]:
    return ((line, location) for line in lines)


def _list_pytest_marks(block: SnippetBlock) -> Iterator[str]:
    """Yield the marks by which stock pytest-codeblocks knows what a block does."""
    if block.failure:
        yield 'pytest.mark.skip(reason="its run failed")'
    elif block.snippet.as_file:
        yield 'pytest.mark.skip(reason="starts processes: runs as a file only")'
    elif "network" in block.snippet.needs:
        yield 'pytest.mark.skip(reason="needs the network")'
    else:
        if "cuda" in block.snippet.needs:
            yield (
                'pytest.mark.skipif(not __import__("torch").cuda.is_available(), '
                'reason="needs a CUDA GPU")'
            )
        if block.snippet.expected_exception:
            # pytest-codeblocks turns every exception into a RuntimeError. The type and the text
            # of this one are checked by our own run.
            yield "pytest.mark.xfail(raises=RuntimeError, strict=True)"


def _make_output_title(block: SnippetBlock, messages: Mapping[str, str]) -> str:
    """Return the word above an output, with the GPUs that printed it."""
    title = messages["error" if block.snippet.expected_exception else "output"]
    devices = {environment.device for environment in block.verified_environments}
    if gpus := sorted(devices - {"CPU"}):
        title += f" ({messages['item separator'].join(gpus)})"
    return title


def _render_verified_line(block: SnippetBlock, page: Page, repository_url: str) -> str:
    """Return the line below a block: where it was verified, and the links to download it."""
    messages = UI_MESSAGES[page.language]
    items = []
    if block.verified_environments:
        environments = messages["group separator"].join(_describe_environments(block, messages))
        items.append(messages["verified"].format(environments))
        last_time = max(verdict.time for verdict in block.verified_environments.values())
        items.append(last_time[: len("2026-11-25")])
    snippet_path = PurePosixPath(block.snippet.name)
    path_to_root = "../" * make_markdown_path(page.uri).count("/")
    for suffix, label in ((".py", snippet_path.name), (".ipynb", messages["notebook"])):
        path = f"{path_to_root}snippets/{snippet_path.with_suffix(suffix)}"
        items.append(f'<a href="{path}" download>{label}</a>')
    if repository_url:
        file_url = f"{repository_url}/blob/main/{block.snippet.path}"
        items.append(f'<a href="{file_url}">{messages["file"]}</a>')
    return f'<p class="proof">{" · ".join(items)}</p>'


def _describe_environments(block: SnippetBlock, messages: Mapping[str, str]) -> Iterator[str]:
    """Yield the environments that gave a block's output, as one text for each device."""
    separator = messages["item separator"]
    uses_torch = any(
        module.partition(".")[0] in _TORCH_PACKAGES for module in block.snippet.imported_modules
    )
    for device, group in groupby(
        block.verified_environments, key=lambda environment: environment.device
    ):
        environments = list(group)
        torch_versions = dict.fromkeys(
            environment.torch for environment in environments if environment.torch and uses_torch
        )
        python_versions = dict.fromkeys(environment.python for environment in environments)
        labels = [f"Python {separator.join(python_versions)}"]
        if torch_versions:
            labels.insert(0, f"torch {separator.join(torch_versions)} ({device})")
        yield separator.join(labels)
