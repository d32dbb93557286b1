"""Lint: how files are written, seen by tools that are not ours. One definition for all who ask.

``asrun check`` asks for the files of a page, the tests for all of them, pre-commit's hooks for
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

from asrun.errors import LintError, Place

FIX = "Run `make fix`."

_PLACES = ("docs", "snippets", "src", "tests", ".github")
_TEXT = (".css", ".html", ".js", ".md", ".py", ".toml", ".yaml", ".yml")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Where Chinese stands in a file that is not Markdown: the text is in the first group that matched.
_PIECES: Mapping[str, re.Pattern[str]] = {
    "snippets/.*[.]py": re.compile(r"^\s*# (?:figure[.])?zh: (.*)$"),
    "docs/.*[.]py": re.compile(r"^# (.*)$"),
    "docs/[^/]*[.]toml": re.compile(r'\bzh = "((?:[^"\\]|\\.)*)"'),
    "docs/theme/.*": re.compile(r'["“]?([^"<>{}]*)'),
    "src/.*[.]py": re.compile(r'"([\u4e00-\u9fff](?:[^"\\]|\\.)*)"'),
    "mkdocs[^/]*[.]yml": re.compile(r"(?:^site_\w+|_title|name): ([^,}]+)|^ *- ([^:{]+):"),
    "[.]github/.*[.]yml": re.compile(r"^\s*(?:- )?(?:\w+: )?(.*)$"),
}


@dataclass(frozen=True)
class Tool:
    """One tool: its name, which files it reads, what it finds in them, what mends them."""

    name: str
    reads: re.Pattern[str]
    look: Callable[[Path, Sequence[str]], Iterator[LintError]]
    mend: Callable[[Path, Sequence[str]], None]


def files(root: Path) -> list[str]:
    """Return the files of a project that some tool reads."""
    inside = (file for place in _PLACES for file in (root / place).rglob("*"))
    return sorted(
        file.relative_to(root).as_posix()
        for file in (*root.glob("*"), *root.glob(".*"), *inside)
        if file.suffix in _TEXT and file.is_file()
    )


def problems(
    root: Path, paths: Iterable[str] | None = None, names: Iterable[str] = ()
) -> list[LintError]:
    """Return what the tools find in some files, or in all; ``names`` chooses among the tools."""
    found: list[LintError] = []
    for tool, read in _work(root, paths, names):
        found += tool.look(root, read)
    return sorted(found, key=lambda error: error.place)


def fix(root: Path, paths: Iterable[str] | None = None, names: Iterable[str] = ()) -> None:
    """Mend what the tools can mend by themselves."""
    for tool, read in _work(root, paths, names):
        tool.mend(root, read)


def _work(
    root: Path, paths: Iterable[str] | None, names: Iterable[str]
) -> Iterator[tuple[Tool, list[str]]]:
    chosen = sorted({*files(root)} if paths is None else {*paths})
    for tool in TOOLS:
        if tool.name in names or not names:
            read = [p for p in chosen if tool.reads.fullmatch(p) and (root / p).is_file()]
            if read:
                yield tool, read


def _run(root: Path, tool: str, *arguments: str) -> str:
    """Return what a tool prints.

    Raises:
        LintError: if it is not installed, or says nothing but that it failed.
    """
    try:
        done = subprocess.run(
            [Path(sys.executable).with_name(tool), *arguments],
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        told = done.stderr.strip() if done.returncode and not done.stdout.strip() else ""
    except FileNotFoundError:
        told = "it is not installed"
    if told:
        raise LintError(
            Place("pyproject.toml"),
            f"{tool} did not work: {told.splitlines()[-1]}",
            "Run `make check`: it installs what is missing.",
        )
    return done.stdout


# --- Python: ruff, which checks and formats ------------------------------------------------------


def _ruff(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    how = ("--output-format=json", "--force-exclude", *paths)
    told = json.loads(_run(root, "ruff", "check", *how))
    told += json.loads(_run(root, "ruff", "format", "--check", *how) or "[]")
    for fault in told:
        path = Path(fault["filename"]).relative_to(root.resolve()).as_posix()
        row = (fault["location"] or {"row": 1})["row"]
        code = fault["code"] or "syntax"
        safe = fault["fix"] and fault["fix"]["applicability"] == "safe"
        is_rule = re.fullmatch(r"[A-Z]+\d+", code)
        explain = f"Mend it; `.venv/bin/ruff rule {code}` says why." if is_rule else "Mend it."
        yield LintError(Place(path, row), f"{fault['message']} ({code})", FIX if safe else explain)


def _mend_ruff(root: Path, paths: Sequence[str]) -> None:
    _run(root, "ruff", "check", "--fix", "--quiet", "--force-exclude", *paths)
    _run(root, "ruff", "format", "--quiet", "--force-exclude", *paths)


# --- Markdown: rumdl -----------------------------------------------------------------------------


def _rumdl(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    for fault in json.loads(
        _run(root, "rumdl", "check", "--no-cache", "--output-format=json", *paths) or "[]"
    ):
        explain = f"Mend it; `.venv/bin/rumdl explain {fault['rule']}` says why."
        yield LintError(
            Place(fault["file"], fault["line"]),
            f"{fault['message']} ({fault['rule']})",
            FIX if fault["fixable"] else explain,
        )


def _mend_rumdl(root: Path, paths: Sequence[str]) -> None:
    _run(root, "rumdl", "fmt", "--no-cache", "--silent", *paths)


# --- spelling: codespell -------------------------------------------------------------------------

_MISSPELT = re.compile(r"(?P<path>.+?):(?P<line>\d+): (?P<word>\S+) ==> (?P<right>.+)")


def _codespell(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    for line in _run(root, "codespell", *paths).splitlines():
        if fault := _MISSPELT.match(line):
            right = fault["right"]
            mend = FIX if "," not in right else f"Write one of {right}."
            yield LintError(
                Place(fault["path"].removeprefix("./"), int(fault["line"])),
                f"`{fault['word']}` is misspelt: {right}",
                f"{mend} If it is a word, add it to `[tool.codespell]` in pyproject.toml.",
            )


def _mend_codespell(root: Path, paths: Sequence[str]) -> None:
    _run(root, "codespell", "--write-changes", "--quiet-level=3", *paths)


# --- Chinese, spaces between 汉字 and Latin, full-width punctuation: autocorrect -----------------


def _autocorrect(root: Path, paths: Sequence[str]) -> Iterator[LintError]:
    for path in paths:
        text = (root / path).read_text(encoding="utf-8")
        for number, old, new in _set_badly(path, text):
            yield LintError(Place(path, number), f"`{old}` is set as `{new}`", FIX)


def _mend_autocorrect(root: Path, paths: Sequence[str]) -> None:
    for path in paths:
        file = root / path
        lines = (text := file.read_text(encoding="utf-8")).splitlines(keepends=True)
        for number, old, new in _set_badly(path, text):
            lines[number - 1] = lines[number - 1].replace(old, new)
        if "".join(lines) != text:
            file.write_text("".join(lines), encoding="utf-8")


def _set_badly(path: str, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, text as it is, text as it should be."""
    import autocorrect_py

    if path.endswith(".md"):
        for line in autocorrect_py.lint_for(text, "x.md").lines:
            yield line.line, line.old.rstrip("\n"), line.new.rstrip("\n")
        return
    for number, old in pieces(path, text):
        new = autocorrect_py.format_for(old, "x.md").rstrip("\n")
        if new != old:
            yield number, old, new


def pieces(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of the Chinese in a file that is not Markdown."""
    pattern = next((p for like, p in _PIECES.items() if re.fullmatch(like, path)), None)
    if pattern is None:
        return
    for number, line in enumerate(text.splitlines(), 1):
        for match in pattern.finditer(line):
            piece = next((group for group in match.groups() if group), "").strip()
            if _HAN.search(piece):
                yield number, piece


TOOLS = (
    Tool("ruff", re.compile(r".*[.]py"), _ruff, _mend_ruff),
    Tool("markdown", re.compile(r".*[.]md"), _rumdl, _mend_rumdl),
    Tool("spelling", re.compile(r".*"), _codespell, _mend_codespell),
    Tool(
        "typography",
        re.compile(rf"(?!docs/en/|README[.]md|CONTRIBUTING[.]md).*[.]md|{'|'.join(_PIECES)}"),
        _autocorrect,
        _mend_autocorrect,
    ),
)
