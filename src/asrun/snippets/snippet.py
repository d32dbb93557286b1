"""A snippet: one file, one idea, one whole program, with directives in its first lines.

The directives are:

- ``# raises: RuntimeError``: the exception that the program must end in.
- ``# needs: cuda, network``: what it cannot run without.
- ``# runs: file``: it starts processes, so it runs as a file only.
- ``# draw: x, y -> z``: a picture of its own tensors; see `asrun.snippets.drawing`.
- ``# figure.zh: ...`` and ``# figure.en: ...``: the alt text of each figure, in order.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from asrun.base.errors import Location, SnippetError
from asrun.base.languages import LANGUAGES
from asrun.snippets.drawing import Drawing, parse_drawing
from asrun.snippets.imports import analyze_imports
from asrun.snippets.localize import LocalizedSource, localize_source
from asrun.snippets.tags import TAGGED_LINE_PATTERN, check_tags

KNOWN_NEEDS = ("cuda", "network")
_DIRECTIVE_LINE = re.compile(r"# (?P<name>[a-z]+(?:\.[a-z]+)?): ?(?P<value>.*)$")
_SINGLE_DIRECTIVES = ("raises", "needs", "runs")
_KNOWN_DIRECTIVES = (*_SINGLE_DIRECTIVES, "draw", *(f"figure.{language}" for language in LANGUAGES))


@dataclass(frozen=True)
class Directive:
    """A directive's value and its line."""

    line: int
    value: str


@dataclass(frozen=True)
class Snippet:
    """A program and all that its text says; parsed once, by `parse_snippet`.

    Attributes:
        name: what a page includes, such as ``tensors/cat.py``.
        path: where the file lies in the project, such as ``snippets/tensors/cat.py``.
        source: the whole file.
        summary: what it shows, by language.
        expected_exception: the type of exception that it must end in, if any.
        needs: what it cannot run without, of `KNOWN_NEEDS`.
        as_file: whether it runs as a file only, because it starts processes.
        drawings: the pictures of its tensors that it asks for.
        alt_texts: the alt texts of its figures by language, in order: drawings, then plots.
        imported_modules: dotted names of the modules that it imports, but the standard library's.
        torch_names: full names of torch and torchvision that it uses.
    """

    name: str
    path: str
    source: str
    summary: Mapping[str, str]
    expected_exception: str | None = None
    needs: tuple[str, ...] = ()
    as_file: bool = False
    drawings: tuple[Drawing, ...] = ()
    alt_texts: Mapping[str, tuple[Directive, ...]] = field(default_factory=dict)
    imported_modules: tuple[str, ...] = ()
    torch_names: tuple[str, ...] = ()
    _localized_sources: dict[str, LocalizedSource] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def locate_line(self, line: int = 1) -> Location:
        """Return the location of one of its lines."""
        return Location(self.path, line)

    @property
    def out_path(self) -> str:
        """Where its expected output lies."""
        return self.path.removesuffix(".py") + ".out"

    @property
    def drawn_names(self) -> tuple[str, ...]:
        """The variables that its drawings show, each once."""
        return tuple(
            dict.fromkeys(name for drawing in self.drawings for name in drawing.variable_names)
        )

    def get_alt_texts(self, language: str) -> tuple[Directive, ...]:
        """Return the alt texts of its figures in one language, in order."""
        return self.alt_texts.get(language, ())

    def localize(self, language: str) -> LocalizedSource:
        """Return what a page in one language shows of it; made once.

        Raises:
            SnippetError: if that is another program, or too wide for a page.
        """
        if language not in self._localized_sources:
            self._localized_sources[language] = localize_source(self.path, self.source, language)
        return self._localized_sources[language]


def parse_snippet(name: str, path: str, source: str) -> Snippet:
    """Parse a snippet's text: the only place where its directives and its syntax are read.

    Args:
        name: what a page includes, such as ``tensors/cat.py``.
        path: where the file lies in the project.
        source: the whole file.

    Raises:
        SnippetError: for a syntax error, an unknown or misplaced directive, or a comment in one
            language without its counterpart.
        FigureError: for a ``# draw:`` that is none.
    """
    lines = source.splitlines()
    tree = _parse_syntax(path, source)
    check_tags(path, source, lines)
    header_length = _count_header_lines(lines)
    directives = _collect_directives(path, lines, header_length)
    alt_texts = {language: tuple(directives[f"figure.{language}"]) for language in LANGUAGES}
    if len({len(texts) for texts in alt_texts.values()}) > 1:
        last_line = max(alt_text.line for texts in alt_texts.values() for alt_text in texts)
        raise SnippetError(
            Location(path, last_line),
            "a figure's alt text stands in one language only",
            "Write `# figure.zh:` and `# figure.en:` for each figure.",
        )
    imports = analyze_imports(tree)
    return Snippet(
        name=name,
        path=path,
        source=source,
        summary=_parse_summary(path, lines[:header_length]),
        expected_exception=_parse_raises(path, directives["raises"]),
        needs=_parse_needs(path, directives["needs"]),
        as_file=_parse_runs(path, directives["runs"]),
        drawings=tuple(
            parse_drawing(directive.value, Location(path, directive.line))
            for directive in directives["draw"]
        ),
        alt_texts=alt_texts,
        imported_modules=imports.modules,
        torch_names=imports.torch_names,
    )


def _parse_syntax(path: str, source: str) -> ast.Module:
    try:
        tree = ast.parse(source)
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
    return tree


def _collect_directives(
    path: str, lines: Sequence[str], header_length: int
) -> dict[str, list[Directive]]:
    """Return the directives by name; each known name has a list.

    Below the header, ``# x: (2, 3)`` is a comment like any other, unless it is a known directive.
    """
    directives: dict[str, list[Directive]] = {name: [] for name in _KNOWN_DIRECTIVES}
    for number, line in enumerate(lines, 1):
        match = _DIRECTIVE_LINE.match(line)
        if match is None or match["name"] in LANGUAGES:
            continue
        name, value = match["name"], match["value"].strip()
        is_in_header = number <= header_length
        if name not in directives:
            if is_in_header:
                raise SnippetError(
                    Location(path, number),
                    f"unknown directive `# {name}:`",
                    f"Known are: {', '.join(_KNOWN_DIRECTIVES)}; "
                    "other comments here are `# zh:` or `# en:`.",
                )
            continue
        if not is_in_header:
            raise SnippetError(
                Location(path, number),
                f"directive `# {name}:` below the first line of code",
                "Move it to the top of the file.",
            )
        if not value or (name in _SINGLE_DIRECTIVES and directives[name]):
            raise SnippetError(
                Location(path, number),
                f"directive `# {name}:` " + ("stands twice" if value else "says nothing"),
                "Give each of raises, needs and runs once, with a value.",
            )
        directives[name].append(Directive(number, value))
    return directives


def _count_header_lines(lines: Sequence[str]) -> int:
    for index, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            return index
    return len(lines)


def _parse_summary(path: str, header: Sequence[str]) -> dict[str, str]:
    summary: dict[str, str] = {}
    for line in header:
        if (match := TAGGED_LINE_PATTERN.match(line)) and match[1] not in summary:
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
