"""Tagged comments: ``# zh: …`` and ``# en: …`` belong to one language, and stand in pairs."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from itertools import groupby

from asrun.base.errors import Location, SnippetError
from asrun.base.languages import get_other_language

TAGGED_LINE_PATTERN = re.compile(r"\s*# (zh|en):(?: (?P<text>.*))?$")
_TRAILING_TAG = re.compile(r"\S.*# ?(zh|en):")


def check_tags(path: str, source: str, lines: Sequence[str]) -> None:
    """Check that tagged comments stand in pairs, ``zh`` before ``en``, and never behind code.

    Args:
        path: the program's file, for the place in errors.
        source: the whole file.
        lines: the same, split into lines.

    Raises:
        SnippetError: for the first comment that breaks this rule.
    """
    _check_trailing_tags(path, source, lines)
    tag_matches = [
        (number, TAGGED_LINE_PATTERN.match(line)) for number, line in enumerate(lines, 1)
    ]
    for is_tagged, group in groupby(tag_matches, key=lambda item: item[1] is not None):
        if not is_tagged:
            continue
        comments = [(number, match[1], match["text"]) for number, match in group if match]
        for number, language, text in comments:
            if not (text or "").strip():
                raise SnippetError(
                    Location(path, number),
                    f"`# {language}:` says nothing",
                    "Write it or delete it.",
                )
        first, last = comments[0], comments[-1]
        if first[1] != "zh" or last[1] != "en":
            number, language = first[:2] if first[1] != "zh" else last[:2]
            missing_language = get_other_language(language)
            raise SnippetError(
                Location(path, number),
                f"a comment in `{language}` without its counterpart in `{missing_language}`",
                "Write both, `# zh:` first, then `# en:` right below it.",
            )


def _check_trailing_tags(path: str, source: str, lines: Sequence[str]) -> None:
    if not _TRAILING_TAG.search(source):
        return  # To read the tokens takes ten times as long as this search.
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
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
