"""A view: the text of a snippet that a reader of one language sees and copies."""

from __future__ import annotations

import ast
import re
import unicodedata
from dataclasses import dataclass

from asrun.errors import SnippetError
from asrun.snippet import LANGUAGES, Snippet

_DIRECTIVE = re.compile(r"# (raises|needs|runs|draw|figure\.[a-z]+):")
_GOES_ON = re.compile(r"'''|\"\"\"|\\\n")
_TAG = re.compile(r"(?P<indent>\s*)# (?P<language>zh|en): (?P<text>.*)$")


WIDTH = 84  # columns of code beside a table of contents


@dataclass(frozen=True)
class View:
    """One language's text; ``lines[i]`` is the snippet's line that its line ``i`` came from."""

    text: str
    lines: tuple[int, ...]


def view(snippet: Snippet, language: str) -> View:
    """Keep one language's comments, without their tag; drop directives and the other language.

    Raises:
        SnippetError: if that would change the program (a tagged line inside a string does), or a
            line is wider than `WIDTH`.
    """
    kept: list[tuple[int, str]] = []
    for number, line in enumerate(snippet.source.splitlines(), 1):
        tag = _TAG.match(line)
        if tag and tag["language"] == language:
            kept.append((number, f"{tag['indent']}# {tag['text']}"))
        elif not tag and not _DIRECTIVE.match(line) and (kept or line.strip()):
            kept.append((number, line))
    for number, line in kept:
        if (columns := width(line)) > WIDTH:
            raise SnippetError(
                snippet.place(number),
                f"{columns} columns wide in the `{language}` view",
                f"At most {WIDTH} fit on a page; a 汉字 takes two.",
            )
    text = "".join(f"{line}\n" for _, line in kept)
    if not _same_program(text, snippet.source):
        place = snippet.place(_first_tag_in_string(snippet.source))
        raise SnippetError(
            place,
            f"the `{language}` view is another program than the file",
            "Keep `# zh:`, `# en:` and directives out of strings.",
        )
    return View(text, tuple(number for number, _ in kept))


def width(line: str) -> int:
    """Return how many columns a line takes in a code font: full-width characters take two."""
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def views(snippet: Snippet) -> dict[str, View]:
    """Return the view in each language."""
    return {language: view(snippet, language) for language in LANGUAGES}


def _same_program(text: str, source: str) -> bool:
    """Tell whether the lines that a view leaves out are comments: inside a string they are not.

    Only a line that goes on in the next one can make them so: what has none need not be parsed.
    """
    lines = len(source.splitlines())  # a form feed in a string ends a line here, not in Python
    if lines == source.count("\n") and not _GOES_ON.search(source):
        return True
    return _program(text) == _program(source)


def _program(text: str) -> str | None:
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return None


def _first_tag_in_string(source: str) -> int:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            first, last = node.lineno, node.end_lineno or node.lineno
            for number in range(first, last + 1):
                line = source.splitlines()[number - 1]
                if _TAG.match(line) or _DIRECTIVE.match(line):
                    return number
    return 1
