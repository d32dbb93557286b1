"""A view: the text of a snippet that a reader of one language sees and copies."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from asrun.base.errors import SnippetError
from asrun.base.languages import LANGUAGES
from asrun.base.text import count_columns
from asrun.snippets.snippet import Snippet

_DIRECTIVE_START = re.compile(r"# (raises|needs|runs|draw|figure\.[a-z]+):")
_CONTINUED_LINE = re.compile(r"'''|\"\"\"|\\\n")
_TAGGED_COMMENT = re.compile(r"(?P<indent>\s*)# (?P<language>zh|en): (?P<text>.*)$")
MAX_CODE_COLUMNS = 84  # columns of code beside a table of contents


@dataclass(frozen=True)
class LocalizedSource:
    """One language's text; ``lines[i]`` is the snippet's line that its line ``i`` came from."""

    text: str
    source_lines: tuple[int, ...]


def localize_snippet(snippet: Snippet, language: str) -> LocalizedSource:
    """Keep one language's comments, without their tag; drop directives and the other language.

    Raises:
        SnippetError: if that would change the program (a tagged line inside a string does), or a
            line is wider than `WIDTH`.
    """
    numbered_lines: list[tuple[int, str]] = []
    for number, line in enumerate(snippet.source.splitlines(), 1):
        tag = _TAGGED_COMMENT.match(line)
        if tag and tag["language"] == language:
            numbered_lines.append((number, f"{tag['indent']}# {tag['text']}"))
        elif not tag and not _DIRECTIVE_START.match(line) and (numbered_lines or line.strip()):
            numbered_lines.append((number, line))
    for number, line in numbered_lines:
        if (column_count := count_columns(line)) > MAX_CODE_COLUMNS:
            raise SnippetError(
                snippet.locate_line(number),
                f"{column_count} columns wide in the `{language}` view",
                f"At most {MAX_CODE_COLUMNS} fit on a page; a 汉字 takes two.",
            )
    text = "".join(f"{line}\n" for _, line in numbered_lines)
    if not _is_same_program(text, snippet.source):
        location = snippet.locate_line(_find_tag_in_string(snippet.source))
        raise SnippetError(
            location,
            f"the `{language}` view is another program than the file",
            "Keep `# zh:`, `# en:` and directives out of strings.",
        )
    return LocalizedSource(text, tuple(number for number, _ in numbered_lines))


def localize_all_languages(snippet: Snippet) -> dict[str, LocalizedSource]:
    """Return the view in each language."""
    return {language: localize_snippet(snippet, language) for language in LANGUAGES}


def _is_same_program(text: str, source: str) -> bool:
    """Tell whether the lines that a view leaves out are comments: inside a string they are not.

    Only a line that goes on in the next one can make them so: what has none need not be parsed.
    """
    line_count = len(source.splitlines())  # a form feed in a string ends a line here, not in Python
    if line_count == source.count("\n") and not _CONTINUED_LINE.search(source):
        return True
    return _dump_syntax_tree(text) == _dump_syntax_tree(source)


def _dump_syntax_tree(text: str) -> str | None:
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return None


def _find_tag_in_string(source: str) -> int:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            first, last = node.lineno, node.end_lineno or node.lineno
            for number in range(first, last + 1):
                line = source.splitlines()[number - 1]
                if _TAGGED_COMMENT.match(line) or _DIRECTIVE_START.match(line):
                    return number
    return 1
