"""The expansion: a page with each include replaced by the snippet's code, output and figures.

It is what every reader gets: MkDocs makes its HTML from it, and it is published as it is, beside
the HTML. Nothing else knows how a snippet looks on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import PurePosixPath

from asrun.base.errors import Location, PageError
from asrun.base.messages import UI_MESSAGES
from asrun.base.text import choose_fence
from asrun.pages.page import ExpandedPage, Fence, LocatedLines, Page, parse_page
from asrun.pages.snippet_block import SnippetBlock
from asrun.pages.urls import make_markdown_path

_TORCH_PACKAGES = ("torch", "torchvision")


def reject_list_name(name: str) -> LocatedLines:
    """Know no list."""
    raise KeyError(name)


def expand_page(
    page: Page,
    get_block: Callable[[str], SnippetBlock],
    get_list_lines: Callable[[str], LocatedLines] = reject_list_name,
    repository_url: str = "",
) -> ExpandedPage:
    """Replace each include by what ``card`` gives for its name: code, output, figures.

    And each mark of a list by the lines that ``lists`` gives for its name. ``repository`` is the
    address of the project's, to link files there.

    Raises:
        PageError: for an include of a snippet that is not there (``card`` raises KeyError), or a
            list that is none (``lists`` does).
    """
    lines: list[str] = []
    locations: list[Location] = []

    def add_line(text: str, location: Location) -> None:
        lines.append(text)
        locations.append(location)

    structure = parse_page(page)
    fences_by_line = {fence.line: fence for fence in structure.fences}
    list_names_by_line = {data_list.line: data_list.name for data_list in structure.lists}
    source = page.source.splitlines()
    number = 1
    while number <= len(source):
        fence = fences_by_line.get(number)
        if number in list_names_by_line:
            try:
                list_lines = get_list_lines(list_names_by_line[number])
            except KeyError as error:
                raise PageError(
                    page.locate_line(number),
                    f"no list `{list_names_by_line[number]}`",
                    "Mend its name; docs/en/reference/ has those that there are.",
                ) from error
            for text, place in list_lines:
                add_line(text, place)
            number += 1
            continue
        if fence is None:
            add_line(source[number - 1], page.locate_line(number))
            number += 1
            continue
        if fence.included_snippet:
            try:
                block = get_block(fence.included_snippet)
            except KeyError as error:
                raise PageError(
                    page.locate_line(fence.line + 1),
                    f"includes {fence.included_snippet}, and there is no snippets/{fence.included_snippet}",
                    "Write it and run `make update`, or mend the name.",
                ) from error
            for text, place in _render_block(block, page, fence, repository_url):
                add_line(fence.indent + text if text else text, place)
        else:
            if fence.not_run_reason:
                reason = fence.not_run_reason.replace('"', "'")
                add_line(
                    f'{fence.indent}<!--pytest.mark.skip(reason="{reason}")-->',
                    page.locate_line(number),
                )
                add_line("", page.locate_line(number))
            for offset in range(len(fence.body) + 2):
                add_line(source[number + offset - 1], page.locate_line(number + offset))
            if fence.not_run_reason:
                add_line("", page.locate_line(number))
                not_run_message = UI_MESSAGES[page.language]["not run"] + fence.not_run_reason
                add_line(f"{fence.indent}*{not_run_message}*", page.locate_line(number))
        number += len(fence.body) + 2
    return ExpandedPage("".join(f"{line}\n" for line in lines), tuple(locations))


def _render_block(
    block: SnippetBlock, page: Page, fence: Fence, repository_url: str
) -> list[tuple[str, Location]]:
    """Lay out a card: the marks for pytest-codeblocks, the code, the output, the figures."""
    messages = UI_MESSAGES[page.language]
    include_location, output_location = (
        page.locate_line(fence.line),
        Location(block.snippet.out_path),
    )
    lines: list[tuple[str, Location]] = []
    for mark in _list_pytest_marks(block):
        lines += [(f"<!--{mark}-->", include_location), ("", include_location)]
    backticks = choose_fence(block.code.text + block.output)
    lines.append((f"{backticks}python", include_location))
    lines += [
        (text, block.snippet.locate_line(line))
        for text, line in zip(block.code.text.splitlines(), block.code.source_lines, strict=True)
    ]
    lines.append((backticks, include_location))
    if block.output:
        lines.append(("", include_location))
        if not block.snippet.expected_exception and not block.missing_requirement:
            lines += [
                ("<!--pytest-codeblocks:expected-output-->", include_location),
                ("", include_location),
            ]
        title = messages["error" if block.snippet.expected_exception else "output"]
        if gpus := sorted(
            {environment.device for environment in block.verified_environments} - {"CPU"}
        ):
            title += f" ({messages['item separator'].join(gpus)})"
        lines.append((f'{backticks}text title="{title}"', include_location))
        lines += [
            (text, Location(output_location.path, number))
            for number, text in enumerate(block.output.splitlines(), 1)
        ]
        lines.append((backticks, include_location))
    for index, figure in enumerate(block.figures):
        alt = block.snippet.get_alt_texts(page.language)[index]
        rendered_figure = figure or f"> {messages['no figure']} ({alt.value})"
        lines.append(("", include_location))
        lines += [
            (text, block.snippet.locate_line(alt.line)) for text in rendered_figure.splitlines()
        ]
    is_unverified = block.missing_requirement and not block.verified_environments
    for notice in (
        is_unverified and messages[block.missing_requirement or ""],
        block.failure and messages["failed"],
    ):
        if notice:
            lines += [("", include_location), (f"*{notice}*", include_location)]
    if block.failure:
        lines += [
            ("", include_location),
            (f"{backticks}text", include_location),
            (block.failure, include_location),
            (backticks, include_location),
        ]
    return [
        *lines,
        ("", include_location),
        (_render_verified_line(block, page, repository_url), include_location),
    ]


def _render_verified_line(block: SnippetBlock, page: Page, repository_url: str) -> str:
    """Return the line under a card: where it was verified, and the forms to take away."""
    messages = UI_MESSAGES[page.language]
    items = []
    if block.verified_environments:
        items.append(
            messages["verified"].format(
                messages["group separator"].join(_describe_environments(block, messages))
            )
        )
        items.append(max(verdict.time for verdict in block.verified_environments.values())[:10])
    snippet_path = PurePosixPath(block.snippet.name)
    relative_root = "../" * make_markdown_path(page.uri).count("/")
    for suffix, label in ((".py", snippet_path.name), (".ipynb", messages["notebook"])):
        path = f"{relative_root}snippets/{snippet_path.with_suffix(suffix)}"
        items.append(f'<a href="{path}" download>{label}</a>')
    if repository_url:
        items.append(
            f'<a href="{repository_url}/blob/main/{block.snippet.path}">{messages["file"]}</a>'
        )
    return f'<p class="proof">{" · ".join(items)}</p>'


def _describe_environments(block: SnippetBlock, messages: Mapping[str, str]) -> Iterator[str]:
    """Yield where a card's program gave its output, one text a device."""
    uses_torch = any(
        module.partition(".")[0] in _TORCH_PACKAGES for module in block.snippet.imported_modules
    )
    for device, group in groupby(
        block.verified_environments, key=lambda environment: environment.device
    ):
        environments = list(group)
        torch_versions = dict.fromkeys(
            verified_environment.torch
            for verified_environment in environments
            if verified_environment.torch and uses_torch
        )
        python_versions = dict.fromkeys(e.python for e in environments)
        torch_labels = (
            [f"torch {messages['item separator'].join(torch_versions)} ({device})"]
            if torch_versions
            else []
        )
        yield messages["item separator"].join(
            (*torch_labels, f"Python {messages['item separator'].join(python_versions)}")
        )


def _list_pytest_marks(block: SnippetBlock) -> Iterator[str]:
    """Yield how stock pytest-codeblocks is told what this block does."""
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
        if block.snippet.expected_exception:  # where it runs
            yield "pytest.mark.xfail(raises=RuntimeError, strict=True)"
