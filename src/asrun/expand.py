"""The expansion: a page with each include replaced by the snippet's code, output and figures.

It is what every reader gets: MkDocs makes its HTML from it, and it is published as it is, beside
the HTML. Nothing else knows how a snippet looks on a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from asrun.card import Card
from asrun.errors import PageError, Place
from asrun.key import modules
from asrun.page import Fence, Page, outline

_TORCH = ("torch", "torchvision")

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "output": "输出",
        "error": "报错",
        "cuda": "这段程序需要 CUDA 显卡，还没有在显卡上验证过。",
        "network": "这段程序需要联网，这里没有运行。",
        "not run": "这段代码没有运行：",
        "no figure": "这张图还没有画：运行 `make serve` 就能看到。",
        "failed": "运行失败",
        "lab not run": "这个实验还没有在这里运行：运行 `make serve` 就能看到它的输出和图。",
        "permalink": "本节链接",
        "take away": "下载：",
        "search": "搜索",
        "verified": "在 {} 上验证过",
        "file": "仓库里的文件",
        "notebook": "notebook",
        "joint": "、",
        "apart": "；",
    },
    "en": {
        "output": "Output",
        "error": "Error",
        "cuda": "This program needs a CUDA GPU. It is not yet proven on one.",
        "network": "This program needs the network. It was not run here.",
        "not run": "This code was not run: ",
        "no figure": "This figure is not drawn yet: `make serve` draws it.",
        "failed": "The run failed",
        "lab not run": "This lab was not run here: `make serve` shows what it prints and draws.",
        "permalink": "Link to this section",
        "take away": "Download: ",
        "search": "Search",
        "verified": "Verified on {}",
        "file": "in the repository",
        "notebook": "notebook",
        "joint": ", ",
        "apart": "; ",
    },
}


@dataclass(frozen=True)
class Expanded:
    """Plain Markdown; ``lines[i]`` is the place that line ``i + 1`` of ``text`` came from."""

    text: str
    lines: tuple[Place, ...]


Lines = Sequence[tuple[str, Place]]


def no_lists(name: str) -> Lines:
    """Know no list."""
    raise KeyError(name)


def expand(
    page: Page,
    card: Callable[[str], Card],
    lists: Callable[[str], Lines] = no_lists,
    repository: str = "",
) -> Expanded:
    """Replace each include by what ``card`` gives for its name: code, output, figures.

    And each mark of a list by the lines that ``lists`` gives for its name. ``repository`` is the
    address of the project's, to link files there.

    Raises:
        PageError: for an include of a snippet that is not there (``card`` raises KeyError), or a
            list that is none (``lists`` does).
    """
    lines: list[str] = []
    places: list[Place] = []

    def add(text: str, place: Place) -> None:
        lines.append(text)
        places.append(place)

    parts = outline(page)
    blocks = {fence.line: fence for fence in parts.fences}
    listed = {mark.line: mark.name for mark in parts.lists}
    source = page.source.splitlines()
    number = 1
    while number <= len(source):
        fence = blocks.get(number)
        if number in listed:
            try:
                lines_of_list = lists(listed[number])
            except KeyError as error:
                raise PageError(
                    page.place(number),
                    f"no list `{listed[number]}`",
                    "Mend its name; docs/en/reference/ has those that there are.",
                ) from error
            for text, place in lines_of_list:
                add(text, place)
            number += 1
            continue
        if fence is None:
            add(source[number - 1], page.place(number))
            number += 1
            continue
        if fence.includes:
            try:
                shown = card(fence.includes)
            except KeyError as error:
                raise PageError(
                    page.place(fence.line + 1),
                    f"includes {fence.includes}, and there is no snippets/{fence.includes}",
                    "Write it and run `make update`, or mend the name.",
                ) from error
            for text, place in _card(shown, page, fence, repository):
                add(fence.indent + text if text else text, place)
        else:
            if fence.not_run:
                reason = fence.not_run.replace('"', "'")
                add(f'{fence.indent}<!--pytest.mark.skip(reason="{reason}")-->', page.place(number))
                add("", page.place(number))
            for offset in range(len(fence.body) + 2):
                add(source[number + offset - 1], page.place(number + offset))
            if fence.not_run:
                add("", page.place(number))
                note = WORDS[page.language]["not run"] + fence.not_run
                add(f"{fence.indent}*{note}*", page.place(number))
        number += len(fence.body) + 2
    return Expanded("".join(f"{line}\n" for line in lines), tuple(places))


def _card(card: Card, page: Page, fence: Fence, repository: str) -> list[tuple[str, Place]]:
    """Lay out a card: the marks for pytest-codeblocks, the code, the output, the figures."""
    words = WORDS[page.language]
    here, out = page.place(fence.line), Place(card.snippet.out_path)
    lines: list[tuple[str, Place]] = []
    for mark in _marks(card):
        lines += [(f"<!--{mark}-->", here), ("", here)]
    ticks = "`" * max(3, 1 + _longest_ticks(card.code.text + card.output))
    lines.append((f"{ticks}python", here))
    lines += [
        (text, card.snippet.place(line))
        for text, line in zip(card.code.text.splitlines(), card.code.lines, strict=True)
    ]
    lines.append((ticks, here))
    if card.output:
        lines.append(("", here))
        if not card.snippet.raises and not card.lacks:
            lines += [("<!--pytest-codeblocks:expected-output-->", here), ("", here)]
        title = words["error" if card.snippet.raises else "output"]
        if gpus := sorted({e.device for e in card.proven} - {"CPU"}):
            title += f" ({words['joint'].join(gpus)})"
        lines.append((f'{ticks}text title="{title}"', here))
        lines += [
            (text, Place(out.path, number))
            for number, text in enumerate(card.output.splitlines(), 1)
        ]
        lines.append((ticks, here))
    for index, figure in enumerate(card.figures):
        alt = card.snippet.alt(page.language)[index]
        drawn = figure or f"> {words['no figure']} ({alt.value})"
        lines.append(("", here))
        lines += [(text, card.snippet.place(alt.line)) for text in drawn.splitlines()]
    unproven = card.lacks and not card.proven
    for note in (unproven and words[card.lacks or ""], card.failure and words["failed"]):
        if note:
            lines += [("", here), (f"*{note}*", here)]
    if card.failure:
        lines += [("", here), (f"{ticks}text", here), (card.failure, here), (ticks, here)]
    return [*lines, ("", here), (_proof(card, page, repository), here)]


def _proof(card: Card, page: Page, repository: str) -> str:
    """Return the line under a card: where it was verified, and the forms to take away."""
    words = WORDS[page.language]
    parts = []
    if card.proven:
        parts.append(words["verified"].format(words["apart"].join(_environments(card, words))))
        parts.append(max(verdict.at for verdict in card.proven.values())[:10])
    name = PurePosixPath(card.snippet.name)
    up = "../" * published(page.uri).count("/")
    for ending, shown in ((".py", name.name), (".ipynb", words["notebook"])):
        path = f"{up}snippets/{name.with_suffix(ending)}"
        parts.append(f'<a href="{path}" download>{shown}</a>')
    if repository:
        parts.append(f'<a href="{repository}/blob/main/{card.snippet.path}">{words["file"]}</a>')
    return f'<p class="proof">{" · ".join(parts)}</p>'


def _environments(card: Card, words: Mapping[str, str]) -> Iterator[str]:
    """Yield where a card's program gave its output, one text a device."""
    uses_torch = any(name.partition(".")[0] in _TORCH for name in modules(card.snippet.source))
    for device, group in groupby(card.proven, key=lambda environment: environment.device):
        found = list(group)
        torch = dict.fromkeys(e.torch for e in found if e.torch and uses_torch)
        python = dict.fromkeys(e.python for e in found)
        ran = [f"torch {words['joint'].join(torch)} ({device})"] if torch else []
        yield words["joint"].join((*ran, f"Python {words['joint'].join(python)}"))


def published(uri: str) -> str:
    """Return where a page's twin is published, from its language's root.

    ``tensors/joining.md`` is read at ``tensors/joining/``, so its twin is
    ``tensors/joining/index.md``.
    """
    path = PurePosixPath(uri)
    return str(path.with_suffix("") / "index.md" if path.stem != "index" else path)


def _marks(card: Card) -> Iterator[str]:
    """Yield how stock pytest-codeblocks is told what this block does."""
    if card.failure:
        yield 'pytest.mark.skip(reason="its run failed")'
    elif card.snippet.as_file:
        yield 'pytest.mark.skip(reason="starts processes: runs as a file only")'
    elif "network" in card.snippet.needs:
        yield 'pytest.mark.skip(reason="needs the network")'
    else:
        if "cuda" in card.snippet.needs:
            yield (
                'pytest.mark.skipif(not __import__("torch").cuda.is_available(), '
                'reason="needs a CUDA GPU")'
            )
        if card.snippet.raises:  # where it runs
            yield "pytest.mark.xfail(raises=RuntimeError, strict=True)"


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in re.findall(r"`{3,}", text)), default=0)
