"""A snippet: one file, one idea, one whole program, and the directives in its first lines."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from asrun.base.errors import Location, SnippetError
from asrun.base.languages import LANGUAGES, get_other_language

KNOWN_NEEDS = ("cuda", "network")
_TAGGED_LINE = re.compile(r"\s*# (zh|en):(?: (?P<text>.*))?$")
_TRAILING_TAG = re.compile(r"\S.*# ?(zh|en):")
_DIRECTIVE_LINE = re.compile(r"# (?P<name>[a-z]+(?:\.[a-z]+)?): ?(?P<value>.*)$")
_SINGLE_DIRECTIVES = ("raises", "needs", "runs")
_KNOWN_DIRECTIVES = (*_SINGLE_DIRECTIVES, "draw", *(f"figure.{language}" for language in LANGUAGES))


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
    expected_exception: str | None = None
    needs: tuple[str, ...] = ()
    as_file: bool = False
    drawings: tuple[Directive, ...] = ()
    alt_texts: Mapping[str, tuple[Directive, ...]] | None = None

    def locate_line(self, line: int = 1) -> Location:
        """Return the place of one of its lines."""
        return Location(self.path, line)

    @property
    def out_path(self) -> str:
        """Where its recorded output lies."""
        return self.path.removesuffix(".py") + ".out"

    def get_alt_texts(self, language: str) -> tuple[Directive, ...]:
        """Return the alt texts of its figures in one language, in order."""
        return (self.alt_texts or {}).get(language, ())


def parse_snippet(name: str, path: str, source: str) -> Snippet:
    """Read a snippet's text.

    Raises:
        SnippetError: for a syntax error, an unknown or misplaced directive, or a comment in one
            language without its counterpart.
    """
    lines = source.splitlines()
    _check_syntax(path, source)
    _check_tags(path, source, lines)
    header_length = _count_header_lines(lines)
    directives: dict[str, list[Directive]] = {
        directive_name: [] for directive_name in _KNOWN_DIRECTIVES
    }
    for number, line in enumerate(lines, 1):
        match = _DIRECTIVE_LINE.match(line)
        if match is None or match["name"] in LANGUAGES:
            continue
        directive, value = match["name"], match["value"].strip()
        if directive not in directives:
            if number > header_length:
                continue  # below the first lines, `# x: (2, 3)` is a comment like any other
            raise SnippetError(
                Location(path, number),
                f"unknown directive `# {directive}:`",
                f"Known are: {', '.join(_KNOWN_DIRECTIVES)}; other comments here are `# zh:` or `# en:`.",
            )
        if number > header_length:
            raise SnippetError(
                Location(path, number),
                f"directive `# {directive}:` below the first line of code",
                "Move it to the top of the file.",
            )
        if not value or (directive in _SINGLE_DIRECTIVES and directives[directive]):
            raise SnippetError(
                Location(path, number),
                f"directive `# {directive}:` " + ("stands twice" if value else "says nothing"),
                "Give each of raises, needs and runs once, with a value.",
            )
        directives[directive].append(Directive(number, value))
    alt_texts = {language: tuple(directives[f"figure.{language}"]) for language in LANGUAGES}
    if len(set(map(len, alt_texts.values()))) > 1:
        raise SnippetError(
            Location(
                path, max(alt_text.line for texts in alt_texts.values() for alt_text in texts)
            ),
            "a figure's alt text stands in one language only",
            "Write `# figure.zh:` and `# figure.en:` for each figure.",
        )
    return Snippet(
        name=name,
        path=path,
        source=source,
        summary=_parse_summary(path, lines[:header_length]),
        expected_exception=_parse_raises(path, directives["raises"]),
        needs=_parse_needs(path, directives["needs"]),
        as_file=_parse_runs(path, directives["runs"]),
        drawings=tuple(directives["draw"]),
        alt_texts=alt_texts,
    )


def _check_syntax(path: str, source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise SnippetError(
            Location(path, error.lineno or 1),
            f"not a Python program: {error.msg}",
            "A snippet is a whole program; `python FILE` must run it.",
        ) from error
    if not source.endswith("\n"):
        raise SnippetError(
            Location(path, source.count("\n") + 1), "no newline at the end", "Run `make fix`."
        )


def _check_tags(path: str, source: str, lines: Sequence[str]) -> None:
    """Each run of tagged comments holds pairs, `zh` before `en`; none stands behind code."""
    has_trailing_tag = _TRAILING_TAG.search(
        source
    )  # if it is code: reading the tokens takes ten times longer
    for token in tokenize.generate_tokens(io.StringIO(source).readline) if has_trailing_tag else ():
        number, column = token.start
        if (
            token.type == tokenize.COMMENT
            and re.match(r"# ?(zh|en):", token.string)
            and lines[number - 1][:column].strip()
        ):
            raise SnippetError(
                Location(path, number),
                "a tagged comment behind code",
                "Put `# zh:` and `# en:` on lines of their own, above the code.",
            )
    numbered = [(n, _TAGGED_LINE.match(line)) for n, line in enumerate(lines, 1)]
    for is_tagged, group in groupby(numbered, key=lambda item: item[1] is not None):
        if not is_tagged:
            continue
        block = [(n, match[1], match["text"]) for n, match in group if match is not None]
        for number, language, text in block:
            if not (text or "").strip():
                raise SnippetError(
                    Location(path, number),
                    f"`# {language}:` says nothing",
                    "Write it or delete it.",
                )
        languages = [language for language, _ in groupby(language for _, language, _ in block)]
        if languages[0] != "zh" or languages[-1] != "en":
            number, language = block[0][:2] if languages[0] != "zh" else block[-1][:2]
            missing_language = get_other_language(language)
            raise SnippetError(
                Location(path, number),
                f"a comment in `{language}` without its counterpart in `{missing_language}`",
                "Write both, `# zh:` first, then `# en:` right below it.",
            )


def _count_header_lines(lines: Sequence[str]) -> int:
    for index, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            return index
    return len(lines)


def _parse_summary(path: str, header: Sequence[str]) -> dict[str, str]:
    summary: dict[str, str] = {}
    for line in header:
        if (match := _TAGGED_LINE.match(line)) and match[1] not in summary:
            summary[match[1]] = match["text"].strip()
    if set(summary) != set(LANGUAGES):
        raise SnippetError(
            Location(path),
            "no summary",
            "Say what it shows in a `# zh:` and an `# en:` line above the first import.",
        )
    return summary


def _parse_raises(path: str, directives: Sequence[Directive]) -> str | None:
    for directive in directives:
        if not all(identifier.isidentifier() for identifier in directive.value.split(".")):
            raise SnippetError(
                Location(path, directive.line),
                f"`# raises: {directive.value}` names no exception type",
                "Write the type's name alone, such as `# raises: RuntimeError`.",
            )
        return directive.value
    return None


def _parse_needs(path: str, directives: Sequence[Directive]) -> tuple[str, ...]:
    needs: list[str] = []
    for directive in directives:
        for need in re.split(r",\s*", directive.value):
            if need not in KNOWN_NEEDS:
                raise SnippetError(
                    Location(path, directive.line),
                    f"`# needs: {need}` is not known",
                    f"Known are: {', '.join(KNOWN_NEEDS)}.",
                )
            needs.append(need)
    return tuple(needs)


def _parse_runs(path: str, directives: Sequence[Directive]) -> bool:
    for directive in directives:
        if directive.value != "file":
            raise SnippetError(
                Location(path, directive.line),
                f"`# runs: {directive.value}` is not known",
                "The only value is `file`: the program starts processes and runs as a file.",
            )
    return bool(directives)
