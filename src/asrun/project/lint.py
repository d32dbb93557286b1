"""Lint: what ruff, rumdl, codespell and autocorrect find in files, as errors like all others.

``asrun check`` asks for the files of some pages, the tests for all files, pre-commit's hooks for
those about to be committed. What the tools let pass stands with its reason in ``pyproject.toml``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import LintError, Location

FIX_HINT = "Run `make fix`."
_LINTED_FOLDERS = ("docs", "snippets", "src", "tests", ".github")
_LINTED_SUFFIXES = (".css", ".html", ".js", ".md", ".py", ".toml", ".yaml", ".yml")
_CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
# Where Chinese prose stands in files that are not Markdown, by the file's path: in the first group
# that matches anything. autocorrect can read these types of files by itself, but it would change
# the strings of programs as well.
_CHINESE_TEXT_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "snippets/.*[.]py": re.compile(r"^\s*# (?:figure[.])?zh: (.*)$"),
    "docs/.*[.]py": re.compile(r"^# (.*)$"),
    "docs/[^/]*[.]toml": re.compile(r'\bzh = "((?:[^"\\]|\\.)*)"'),
    "docs/theme/.*": re.compile(r'["“]?([^"<>{}]*)'),
    "src/.*[.]py": re.compile(r'"([\u4e00-\u9fff](?:[^"\\]|\\.)*)"'),
    "mkdocs[^/]*[.]yml": re.compile(r"(?:^site_\w+|_title|name): ([^,}]+)|^ *- ([^:{]+):"),
    "[.]github/.*[.]yml": re.compile(r"^\s*(?:- )?(?:\w+: )?(.*)$"),
}


@dataclass(frozen=True)
class LintTool:
    """A tool.

    Attributes:
        name: how people choose it.
        file_pattern: the paths of the files that it reads.
        checker: yields what it finds in some files of a project's folder.
        fixer: mends in these files what the tool can mend by itself.
    """

    name: str
    file_pattern: re.Pattern[str]
    checker: Callable[[Path, Sequence[str]], Iterator[LintError]]
    fixer: Callable[[Path, Sequence[str]], None]


def list_linted_files(root: Path) -> list[str]:
    """Return the paths of the files that some tool reads."""
    folder_files = (file for folder in _LINTED_FOLDERS for file in (root / folder).rglob("*"))
    return sorted(
        file.relative_to(root).as_posix()
        for file in (*root.glob("*"), *root.glob(".*"), *folder_files)
        if file.suffix in _LINTED_SUFFIXES and file.is_file()
    )


def find_lint_problems(
    root: Path, paths: Iterable[str] | None = None, tool_names: Iterable[str] = ()
) -> list[LintError]:
    """Return what the tools find.

    Args:
        root: the project's folder.
        paths: the files to read; None stands for all.
        tool_names: the tools to ask; all if there is none.

    Raises:
        LintError: if a tool is not installed, or fails.
    """
    errors: list[LintError] = []
    for tool, tool_paths in _match_tools_to_files(root, paths, tool_names):
        errors += tool.checker(root, tool_paths)
    return sorted(errors, key=lambda error: error.location)


def fix_files(
    root: Path, paths: Iterable[str] | None = None, tool_names: Iterable[str] = ()
) -> None:
    """Mend what the tools can mend by themselves; the arguments are those of a check."""
    for tool, tool_paths in _match_tools_to_files(root, paths, tool_names):
        tool.fixer(root, tool_paths)


def _match_tools_to_files(
    root: Path, paths: Iterable[str] | None, tool_names: Iterable[str]
) -> Iterator[tuple[LintTool, list[str]]]:
    chosen_paths = sorted(set(list_linted_files(root) if paths is None else paths))
    existing_paths = [path for path in chosen_paths if (root / path).is_file()]
    for tool in LINT_TOOLS:
        if tool.name in tool_names or not tool_names:
            tool_paths = [path for path in existing_paths if tool.file_pattern.fullmatch(path)]
            if tool_paths:
                yield tool, tool_paths


def _run_tool(root: Path, tool: str, *arguments: str) -> str:
    """Return what a tool prints.

    Raises:
        LintError: if it is not installed, or says nothing but that it failed.
    """
    try:
        process = subprocess.run(
            [Path(sys.executable).with_name(tool), *arguments],
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError as error:
        raise _make_tool_error(tool, "it is not installed") from error
    # Tools also exit with an error if they find something; then they print it.
    if process.returncode and process.stderr.strip() and not process.stdout.strip():
        raise _make_tool_error(tool, process.stderr.strip().splitlines()[-1])
    return process.stdout


def _make_tool_error(tool: str, reason: str) -> LintError:
    return LintError(
        Location("pyproject.toml"),
        f"{tool} did not work: {reason}",
        "Run `make check`: it installs what is missing.",
    )


def _check_with_ruff(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    options = ("--output-format=json", "--force-exclude", *paths)
    diagnostics = json.loads(_run_tool(root, "ruff", "check", *options))
    diagnostics += json.loads(_run_tool(root, "ruff", "format", "--check", *options) or "[]")
    for diagnostic in diagnostics:
        path = Path(diagnostic["filename"]).relative_to(root.resolve()).as_posix()
        line = (diagnostic["location"] or {"row": 1})["row"]
        code = diagnostic["code"] or "syntax"
        is_safe_fix = diagnostic["fix"] and diagnostic["fix"]["applicability"] == "safe"
        is_rule = re.fullmatch(r"[A-Z]+\d+", code)
        hint = f"Mend it; `.venv/bin/ruff rule {code}` says why." if is_rule else "Mend it."
        yield LintError(
            Location(path, line),
            f"{diagnostic['message']} ({code})",
            FIX_HINT if is_safe_fix else hint,
        )


def _fix_with_ruff(root: Path, paths: Sequence[str]) -> None:
    _run_tool(root, "ruff", "check", "--fix", "--quiet", "--force-exclude", *paths)
    _run_tool(root, "ruff", "format", "--quiet", "--force-exclude", *paths)


def _check_with_rumdl(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    for diagnostic in json.loads(
        _run_tool(root, "rumdl", "check", "--no-cache", "--output-format=json", *paths) or "[]"
    ):
        hint = f"Mend it; `.venv/bin/rumdl explain {diagnostic['rule']}` says why."
        yield LintError(
            Location(diagnostic["file"], diagnostic["line"]),
            f"{diagnostic['message']} ({diagnostic['rule']})",
            FIX_HINT if diagnostic["fixable"] else hint,
        )


def _fix_with_rumdl(root: Path, paths: Sequence[str]) -> None:
    _run_tool(root, "rumdl", "fmt", "--no-cache", "--silent", *paths)


_CODESPELL_LINE = re.compile(r"(?P<path>.+?):(?P<line>\d+): (?P<word>\S+) ==> (?P<right>.+)")


def _check_with_codespell(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    for line in _run_tool(root, "codespell", *paths).splitlines():
        if diagnostic := _CODESPELL_LINE.match(line):
            correction = diagnostic["right"]
            hint = FIX_HINT if "," not in correction else f"Write one of {correction}."
            yield LintError(
                Location(diagnostic["path"].removeprefix("./"), int(diagnostic["line"])),
                f"`{diagnostic['word']}` is misspelt: {correction}",
                f"{hint} If it is a word, add it to `[tool.codespell]` in pyproject.toml.",
            )


def _fix_with_codespell(root: Path, paths: Sequence[str]) -> None:
    _run_tool(root, "codespell", "--write-changes", "--quiet-level=3", *paths)


def _check_with_autocorrect(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    for path in paths:
        text = (root / path).read_text(encoding="utf-8")
        for number, actual, expected in _find_typography_faults(path, text):
            yield LintError(Location(path, number), f"`{actual}` is set as `{expected}`", FIX_HINT)


def _fix_with_autocorrect(root: Path, paths: Sequence[str]) -> None:
    for path in paths:
        file = root / path
        lines = (text := file.read_text(encoding="utf-8")).splitlines(keepends=True)
        for number, actual, expected in _find_typography_faults(path, text):
            lines[number - 1] = lines[number - 1].replace(actual, expected)
        if "".join(lines) != text:
            file.write_text("".join(lines), encoding="utf-8")


def _find_typography_faults(path: str, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line of each fault, the text as it is, and the text as it should be."""
    import autocorrect_py

    if path.endswith(".md"):
        for line in autocorrect_py.lint_for(text, "x.md").lines:
            yield line.line, line.old.rstrip("\n"), line.new.rstrip("\n")
        return
    for number, actual in find_chinese_text(path, text):
        expected = autocorrect_py.format_for(actual, "x.md").rstrip("\n")
        if expected != actual:
            yield number, actual, expected


def find_chinese_text(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of the Chinese prose in a file that is not Markdown."""
    patterns = [
        pattern
        for path_pattern, pattern in _CHINESE_TEXT_PATTERNS.items()
        if re.fullmatch(path_pattern, path)
    ]
    if not patterns:
        return
    pattern = patterns[0]
    for number, line in enumerate(text.splitlines(), 1):
        for match in pattern.finditer(line):
            chinese_text = next((group for group in match.groups() if group), "").strip()
            if _CHINESE_CHARACTER.search(chinese_text):
                yield number, chinese_text


LINT_TOOLS = (
    LintTool("ruff", re.compile(r".*[.]py"), _check_with_ruff, _fix_with_ruff),
    LintTool("markdown", re.compile(r".*[.]md"), _check_with_rumdl, _fix_with_rumdl),
    LintTool("spelling", re.compile(r".*"), _check_with_codespell, _fix_with_codespell),
    LintTool(
        "typography",
        re.compile(
            rf"(?!docs/en/|README[.]md|CONTRIBUTING[.]md).*[.]md|{'|'.join(_CHINESE_TEXT_PATTERNS)}"
        ),
        _check_with_autocorrect,
        _fix_with_autocorrect,
    ),
)
