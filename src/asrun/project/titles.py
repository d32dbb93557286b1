"""Titles of pages, as people type them: which can stand in the nav and on a page as they are."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.project.lint import find_lint_problems, format_chinese

LONGEST_TITLE = 100
# Characters that nobody sees: controls, marks that turn the direction of text, half of a character.
_INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
_DEAD_LINK_RULE = "MD057"  # the pages that a new one links to are not where it is linted
_LINT_CONFIG = "pyproject.toml"


def check_title(language: str, title: str) -> None:
    """Check that a title is one line of text that people can see.

    Raises:
        ProjectError: if it is not, with the character that is in the way.
    """
    hint = f"Write {language}='…' with one line of visible text."
    for character in title:
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
            raise ProjectError(
                Location("Makefile"),
                f"the title `{ascii(title)[1:-1]}` holds the invisible character "
                f"U+{ord(character):04X}",
                hint,
            )
    if len(title) > LONGEST_TITLE:
        message = f"the title `{title[:20]}…` has {len(title)} characters"
        raise ProjectError(
            Location("Makefile"), message, f"Write {language}='…', at most {LONGEST_TITLE}."
        )


def check_written_titles(root: Path, text_by_path: Mapping[str, str]) -> None:
    """Check that the pages and the nav with new titles pass lint, before they are written.

    Args:
        root: the project's folder, for the lint's settings.
        text_by_path: new pages, and the configurations with the nav: what is wrong in lines that
            stand there already is passed over.

    Raises:
        ProjectError: for the first title that lint refuses, with what is right.
    """
    with tempfile.TemporaryDirectory(prefix="asrun-titles-") as name:
        folder = Path(name)
        settings = root / _LINT_CONFIG
        if settings.is_file():
            (folder / _LINT_CONFIG).write_bytes(settings.read_bytes())
        for path, text in text_by_path.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        problems = find_lint_problems(folder, text_by_path)
    # What is said of the heading is told first: its line is the title alone.
    lines = [
        text_by_path[each.location.path].splitlines()[each.location.line - 1] for each in problems
    ]
    ordered = sorted(zip(problems, lines, strict=True), key=lambda pair: pair[1][:2] != "# ")
    for problem, text in ordered:
        is_dead_link = _DEAD_LINK_RULE in problem.message
        if not is_dead_link and text not in _read_lines(root / problem.location.path):
            raise ProjectError(
                problem.location,
                f"its title does not pass lint: `{text.strip()}`: {problem.message}",
                "Write another title" + _suggest_title(text) + ".",
            )


def _read_lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def _suggest_title(line: str) -> str:
    """Return the title that the lint wants in a page's heading; empty for another line."""
    title = line.removeprefix("# ")
    right = format_chinese(title)
    return f": {right}" if title not in (line, right) else ""
