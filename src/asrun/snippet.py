"""A snippet: one file, one idea, one whole program, and the directives in its first lines."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from asrun.errors import Place, SnippetError

LANGUAGES = ("zh", "en")
NEEDS = ("cuda", "network")

_TAGGED = re.compile(r"\s*# (zh|en):(?: (?P<text>.*))?$")
_BEHIND_CODE = re.compile(r"\S.*# ?(zh|en):")
_DIRECTIVE = re.compile(r"# (?P<name>[a-z]+(?:\.[a-z]+)?): ?(?P<value>.*)$")
_ONCE = ("raises", "needs", "runs")
_KNOWN = (*_ONCE, "draw", *(f"figure.{language}" for language in LANGUAGES))


@dataclass(frozen=True)
class Directive:
    """One directive's text and its line."""

    line: int
    value: str


@dataclass(frozen=True)
class Snippet:
    """A parsed snippet.

    ``name`` is what a page includes (``tensors/cat.py``), ``path`` where the file lies
    (``snippets/tensors/cat.py``); ``source`` is the whole file.
    """

    name: str
    path: str
    source: str
    summary: Mapping[str, str]
    raises: str | None = None
    needs: tuple[str, ...] = ()
    as_file: bool = False
    drawings: tuple[Directive, ...] = ()
    alt_texts: Mapping[str, tuple[Directive, ...]] | None = None

    def place(self, line: int = 1) -> Place:
        """Return the place of one of its lines."""
        return Place(self.path, line)

    @property
    def out_path(self) -> str:
        """Where its recorded output lies."""
        return self.path.removesuffix(".py") + ".out"

    def alt(self, language: str) -> tuple[Directive, ...]:
        """Return the alt texts of its figures in one language, in order."""
        return (self.alt_texts or {}).get(language, ())


def parse(name: str, path: str, source: str) -> Snippet:
    """Read a snippet's text.

    Raises:
        SnippetError: for a syntax error, an unknown or misplaced directive, or a comment in one
            language without its counterpart.
    """
    lines = source.splitlines()
    _check_syntax(path, source)
    _check_tags(path, source, lines)
    header = _header_length(lines)
    found: dict[str, list[Directive]] = {known: [] for known in _KNOWN}
    for number, line in enumerate(lines, 1):
        match = _DIRECTIVE.match(line)
        if match is None or match["name"] in LANGUAGES:
            continue
        directive, value = match["name"], match["value"].strip()
        if directive not in found:
            if number > header:
                continue  # below the first lines, `# x: (2, 3)` is a comment like any other
            raise SnippetError(
                Place(path, number),
                f"unknown directive `# {directive}:`",
                f"Known are: {', '.join(_KNOWN)}; other comments here are `# zh:` or `# en:`.",
            )
        if number > header:
            raise SnippetError(
                Place(path, number),
                f"directive `# {directive}:` below the first line of code",
                "Move it to the top of the file.",
            )
        if not value or (directive in _ONCE and found[directive]):
            raise SnippetError(
                Place(path, number),
                f"directive `# {directive}:` " + ("stands twice" if value else "says nothing"),
                "Give each of raises, needs and runs once, with a value.",
            )
        found[directive].append(Directive(number, value))
    alt_texts = {language: tuple(found[f"figure.{language}"]) for language in LANGUAGES}
    if len(set(map(len, alt_texts.values()))) > 1:
        raise SnippetError(
            Place(path, max(d.line for texts in alt_texts.values() for d in texts)),
            "a figure's alt text stands in one language only",
            "Write `# figure.zh:` and `# figure.en:` for each figure.",
        )
    return Snippet(
        name=name,
        path=path,
        source=source,
        summary=_summary(path, lines[:header]),
        raises=_raises(path, found["raises"]),
        needs=_needs(path, found["needs"]),
        as_file=_as_file(path, found["runs"]),
        drawings=tuple(found["draw"]),
        alt_texts=alt_texts,
    )


def _check_syntax(path: str, source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise SnippetError(
            Place(path, error.lineno or 1),
            f"not a Python program: {error.msg}",
            "A snippet is a whole program; `python FILE` must run it.",
        ) from error
    if not source.endswith("\n"):
        raise SnippetError(
            Place(path, source.count("\n") + 1), "no newline at the end", "Run `make fix`."
        )


def _check_tags(path: str, source: str, lines: Sequence[str]) -> None:
    """Each run of tagged comments holds pairs, `zh` before `en`; none stands behind code."""
    behind = _BEHIND_CODE.search(source)  # if it is code: reading the tokens takes ten times longer
    for token in tokenize.generate_tokens(io.StringIO(source).readline) if behind else ():
        number, column = token.start
        if (
            token.type == tokenize.COMMENT
            and re.match(r"# ?(zh|en):", token.string)
            and lines[number - 1][:column].strip()
        ):
            raise SnippetError(
                Place(path, number),
                "a tagged comment behind code",
                "Put `# zh:` and `# en:` on lines of their own, above the code.",
            )
    numbered = [(n, _TAGGED.match(line)) for n, line in enumerate(lines, 1)]
    for tagged, group in groupby(numbered, key=lambda item: item[1] is not None):
        if not tagged:
            continue
        block = [(n, match[1], match["text"]) for n, match in group if match is not None]
        for number, language, text in block:
            if not (text or "").strip():
                raise SnippetError(
                    Place(path, number), f"`# {language}:` says nothing", "Write it or delete it."
                )
        order = [language for language, _ in groupby(language for _, language, _ in block)]
        if order[0] != "zh" or order[-1] != "en":
            number, language = block[0][:2] if order[0] != "zh" else block[-1][:2]
            other = "en" if language == "zh" else "zh"
            raise SnippetError(
                Place(path, number),
                f"a comment in `{language}` without its counterpart in `{other}`",
                "Write both, `# zh:` first, then `# en:` right below it.",
            )


def _header_length(lines: Sequence[str]) -> int:
    for index, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            return index
    return len(lines)


def _summary(path: str, header: Sequence[str]) -> dict[str, str]:
    summary: dict[str, str] = {}
    for line in header:
        if (match := _TAGGED.match(line)) and match[1] not in summary:
            summary[match[1]] = match["text"].strip()
    if set(summary) != set(LANGUAGES):
        raise SnippetError(
            Place(path),
            "no summary",
            "Say what it shows in a `# zh:` and an `# en:` line above the first import.",
        )
    return summary


def _raises(path: str, found: Sequence[Directive]) -> str | None:
    for directive in found:
        if not all(part.isidentifier() for part in directive.value.split(".")):
            raise SnippetError(
                Place(path, directive.line),
                f"`# raises: {directive.value}` names no exception type",
                "Write the type's name alone, such as `# raises: RuntimeError`.",
            )
        return directive.value
    return None


def _needs(path: str, found: Sequence[Directive]) -> tuple[str, ...]:
    needs: list[str] = []
    for directive in found:
        for need in re.split(r",\s*", directive.value):
            if need not in NEEDS:
                raise SnippetError(
                    Place(path, directive.line),
                    f"`# needs: {need}` is not known",
                    f"Known are: {', '.join(NEEDS)}.",
                )
            needs.append(need)
    return tuple(needs)


def _as_file(path: str, found: Sequence[Directive]) -> bool:
    for directive in found:
        if directive.value != "file":
            raise SnippetError(
                Place(path, directive.line),
                f"`# runs: {directive.value}` is not known",
                "The only value is `file`: the program starts processes and runs as a file.",
            )
    return bool(found)
