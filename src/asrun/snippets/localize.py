"""A program's text in one language: what readers of that language see and copy."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from asrun.base.errors import Location, SnippetError
from asrun.base.text import count_columns

MAX_CODE_COLUMNS = 84  # what fits on a page beside its table of contents
_DIRECTIVE_START = re.compile(r"# (raises|needs|runs|draw|figure\.[a-z]+):")
_CONTINUED_LINE = re.compile(r"'''|\"\"\"|\\\n")
_TAGGED_COMMENT = re.compile(r"(?P<indent>\s*)# (?P<language>zh|en): (?P<text>.*)$")


@dataclass(frozen=True)
class LocalizedSource:
    """A program's text in one language.

    Attributes:
        text: the program, without directives and without the other language's comments.
        source_lines: for each line of ``text``, the number of the file's line that it came from.
    """

    text: str
    source_lines: tuple[int, ...]


def localize_source(path: str, source: str, language: str) -> LocalizedSource:
    """Return a program's text in one language: its comments without their tag, no directives.

    Args:
        path: the program's file, for the place in errors.
        source: the whole file.
        language: whose comments are kept.

    Raises:
        SnippetError: if that would change the program, as it does where a tagged line stands in a
            string; or if a line is wider than `MAX_CODE_COLUMNS`.
    """
    numbered_lines: list[tuple[int, str]] = []
    for number, line in enumerate(source.splitlines(), 1):
        tag = _TAGGED_COMMENT.match(line)
        if tag and tag["language"] == language:
            numbered_lines.append((number, f"{tag['indent']}# {tag['text']}"))
        elif not tag and not _DIRECTIVE_START.match(line) and (numbered_lines or line.strip()):
            numbered_lines.append((number, line))
    for number, line in numbered_lines:
        if (column_count := count_columns(line)) > MAX_CODE_COLUMNS:
            raise SnippetError(
                Location(path, number),
                f"{column_count} columns wide in the `{language}` view",
                f"At most {MAX_CODE_COLUMNS} fit on a page; a 汉字 takes two.",
            )
    text = "".join(f"{line}\n" for _, line in numbered_lines)
    if not _is_same_program(text, source):
        raise SnippetError(
            Location(path, _find_tag_in_string(source)),
            f"the `{language}` view is another program than the file",
            "Keep `# zh:`, `# en:` and directives out of strings.",
        )
    return LocalizedSource(text, tuple(number for number, _ in numbered_lines))


def _is_same_program(text: str, source: str) -> bool:
    """Return whether leaving lines out has changed the program.

    Comments change nothing, and a line that looks like a comment is one unless a string goes on
    over it. Programs without such strings are not parsed again: few have one.
    """
    # Python does not end a line at a form feed in a string, `splitlines` does.
    line_count = len(source.splitlines())
    if line_count == source.count("\n") and not _CONTINUED_LINE.search(source):
        return True
    return _dump_syntax_tree(text) == _dump_syntax_tree(source)


def _dump_syntax_tree(text: str) -> str | None:
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return None


def _find_tag_in_string(source: str) -> int:
    """Return the number of the first line in a string that looks like a tag or a directive."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                line = lines[number - 1]
                if _TAGGED_COMMENT.match(line) or _DIRECTIVE_START.match(line):
                    return number
    return 1
