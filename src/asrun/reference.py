"""The reference: lists made from the snippets themselves, and the glossary.

Every torch and torchvision name that a program uses, with the programs that show it; every snippet;
every term in both languages.
"""

from __future__ import annotations

import ast
import posixpath
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from asrun.errors import PageError, Place
from asrun.page import Page
from asrun.snippet import Snippet

MOST = 6  # programs listed for one name
GLOSSARY = "docs/glossary.toml"

_TORCH = "https://docs.pytorch.org/docs/stable/"
_VISION = "https://docs.pytorch.org/vision/stable/"
# Pages of torch's documentation that hold a whole module's names.
_WHOLE = {
    "torch.utils.data": "data.html",
    "torch.utils.data.distributed": "data.html",
    "torch.utils.benchmark": "benchmark_utils.html",
    "torch.utils.checkpoint": "checkpoint.html",
    "torch.autograd.graph": "autograd.html",
    "torch.multiprocessing": "multiprocessing.html",
    "torch.distributed": "distributed.html",
    "torch.nn.init": "nn.init.html",
    "torch.testing": "testing.html",
}
# Functions of torch.cuda whose pages bear the name of torch.cuda.memory.
_CUDA_MEMORY = (
    "empty_cache",
    "max_memory_allocated",
    "max_memory_reserved",
    "memory_allocated",
    "memory_reserved",
    "memory_stats",
    "reset_peak_memory_stats",
    "set_per_process_memory_fraction",
)
# Names that are not where their module's are.
_ELSEWHERE = {
    "torch.OutOfMemoryError": "generated/torch.cuda.OutOfMemoryError.html",
    "torch.Tensor": "tensors.html#torch.Tensor",
    "torch.amp.GradScaler": "amp.html#gradient-scaling",
    "torch.autocast": "amp.html#torch.autocast",
    "torch.autograd.Function": "autograd.html#torch.autograd.Function",
    "torch.autograd.detect_anomaly": "autograd.html#torch.autograd.detect_anomaly",
    "torch.autograd.gradcheck": "generated/torch.autograd.gradcheck.gradcheck.html",
    **{f"torch.cuda.{n}": f"generated/torch.cuda.memory.{n}.html" for n in _CUDA_MEMORY},
    "torch.device": "tensor_attributes.html#torch.device",
    "torch.finfo": "type_info.html#torch.finfo",
    "torch.inf": "torch.html",
    "torch.nan": "torch.html",
    "torch.nn.Parameter": "generated/torch.nn.parameter.Parameter.html",
    "torch.utils.data.DistributedSampler": (
        "data.html#torch.utils.data.distributed.DistributedSampler"
    ),
}
_ON_TENSOR_ATTRIBUTES = re.compile(r"torch\.(u?int\d+|float\d*|bfloat16|bool|long|double|dtype)$")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "name": "名字",
        "shown": "用到它的程序",
        "snippet": "程序",
        "filter": "筛选",
        "zh": "中文",
        "en": "英文",
        "about": "指什么",
    },
    "en": {
        "name": "Name",
        "shown": "Programs that use it",
        "snippet": "Program",
        "filter": "Filter",
        "zh": "Chinese",
        "en": "English",
        "about": "What it is",
    },
}


@dataclass(frozen=True)
class Term:
    """A term in both languages, what it means, and Chinese words that pages do not use for it."""

    zh: str
    en: str
    about: Mapping[str, str]
    avoid: tuple[str, ...]
    line: int


Glossary = tuple[Term, ...]


def parse_glossary(text: str) -> Glossary:
    """Read the glossary.

    Raises:
        PageError: for what is not TOML, or a term without one of its fields.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PageError(Place(GLOSSARY), f"not TOML: {error}", "Mend it.") from error
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line == "[[term]]"]
    terms = []
    for line, entry in zip(starts, data.get("term", ()), strict=True):
        if missing := {"zh", "en", "about"} - set(entry):
            raise PageError(
                Place(GLOSSARY, line), f"a term without {', '.join(sorted(missing))}", "Add it."
            )
        avoid = tuple(entry.get("avoid", ()))
        terms.append(Term(entry["zh"], entry["en"], entry["about"], avoid, line))
    return tuple(terms)


def held(glossary: Glossary, page: Page) -> list[PageError]:
    """Return where a Chinese page uses a word that the glossary has another one for."""
    if page.language != "zh":
        return []
    found = []
    for number, line in enumerate(page.source.splitlines(), 1):
        for term in glossary:
            found += [
                PageError(page.place(number), f"`{word}`", f"The glossary says {term.zh}.")
                for word in term.avoid
                if word in line
            ]
    return found


@lru_cache(maxsize=2**16)
def functions(source: str) -> tuple[str, ...]:
    """Return the names of torch and torchvision that a program uses, as ``torch.nn.Linear``.

    Only names that are reached from an import: what a tensor's methods are, its text alone does
    not say.
    """
    tree = ast.parse(source)
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                bound[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    found: set[str] = set()
    inner: set[int] = set()
    for node in ast.walk(tree):  # outer nodes come first
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
            name: ast.expr = node
            parts = []
            while isinstance(name, ast.Attribute):
                parts.append(name.attr)
                name = name.value
                inner.add(id(name))
            if isinstance(name, ast.Name) and name.id in bound:
                found.add(".".join((bound[name.id], *reversed(parts))))
    return tuple(sorted(n for n in found if n.startswith(("torch.", "torchvision."))))


def documentation(name: str) -> str:
    """Return the address of a name's official documentation."""
    module, _, last = name.rpartition(".")
    if name.startswith("torchvision."):
        return f"{_VISION}generated/{name}.html"
    if name in _ELSEWHERE:
        return f"{_TORCH}{_ELSEWHERE[name]}"
    if _ON_TENSOR_ATTRIBUTES.match(name):
        return f"{_TORCH}tensor_attributes.html"
    if module in _WHOLE:
        return f"{_TORCH}{_WHOLE[module]}#{module}.{last}"
    return f"{_TORCH}generated/{name}.html"


def lines_of(
    name: str,
    page: Page,
    snippets: Iterable[Snippet],
    shown: Mapping[str, str],
    glossary: Glossary,
) -> list[tuple[str, Place]]:
    """Return the Markdown of a list, each line with the place that it comes from.

    Args:
        name: ``api``, ``snippets`` or ``glossary``.
        page: the page to show it on.
        snippets: all of them.
        shown: the section that shows each snippet, in the page's language.
        glossary: the terms.

    Raises:
        KeyError: if there is no such list.
    """
    words = _WORDS[page.language]
    found = [snippet for snippet in snippets if snippet.name in shown]
    head: tuple[str, ...]
    if name == "api":
        head, rows = (words["name"], words["shown"]), _api(found, page, shown)
    elif name == "snippets":
        head, rows = (words["snippet"], words["name"]), _snippets(found, page, shown)
    elif name == "glossary":
        head = (words["zh"], words["en"], words["about"])
        rows = [
            (f"| {t.zh} | {t.en} | {t.about[page.language]} |", Place(GLOSSARY, t.line))
            for t in glossary
        ]
    else:
        raise KeyError(name)
    return filtered(page, head, rows)


def filtered(
    page: Page, head: Sequence[str], rows: Iterable[tuple[str, Place]]
) -> list[tuple[str, Place]]:
    """Return a table that one can filter; each row has the place that it comes from."""
    here, label = page.place(), _WORDS[page.language]["filter"]
    return [
        (f'<div class="filter" data-label="{label}" markdown="1">', here),
        ("", here),
        (f"| {' | '.join(head)} |", here),
        (f"|{'---|' * len(head)}", here),
        *rows,
        ("", here),
        ("</div>", here),
    ]


def _api(
    snippets: Iterable[Snippet], page: Page, shown: Mapping[str, str]
) -> list[tuple[str, Place]]:
    users: dict[str, list[Snippet]] = {}
    for snippet in snippets:
        for name in functions(snippet.source):
            users.setdefault(name, []).append(snippet)
    return [
        (
            f"| [`{name}`]({documentation(name)}) | {_best(name, users[name], page, shown)} |",
            users[name][0].place(),
        )
        for name in sorted(users, key=str.lower)
    ]


def _best(name: str, users: list[Snippet], page: Page, shown: Mapping[str, str]) -> str:
    """Link the programs that are about a name before those that only use it, and not all."""
    last = name.rpartition(".")[2]

    def aside(snippet: Snippet) -> tuple[bool, int]:
        words = f"{snippet.name} {snippet.summary['en']} {snippet.summary['zh']}"
        return last not in words, len(functions(snippet.source))

    links = [link(snippet, page, shown) for snippet in sorted(users, key=aside)]
    more = [f"+{len(links) - MOST}"] if len(links) > MOST else []
    return " ".join((*links[:MOST], *more))


def _snippets(
    snippets: Iterable[Snippet], page: Page, shown: Mapping[str, str]
) -> list[tuple[str, Place]]:
    return [
        (
            f"| {plain(snippet.summary[page.language])} | {link(snippet, page, shown)} |",
            snippet.place(),
        )
        for snippet in snippets
    ]


def link(snippet: Snippet, page: Page, shown: Mapping[str, str]) -> str:
    """Return a link to where a page's language shows a snippet."""
    path, mark, fragment = shown[snippet.name].partition("#")
    target = posixpath.relpath(path, posixpath.dirname(page.uri) or ".") + mark + fragment
    return f"[`{PurePosixPath(snippet.name).stem}`]({target})"


def plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)
