"""Changes: the outputs that differ between a commit and now, as Markdown for a reviewer.

Reads git and the files alone: whether the programs print what is recorded is the checks' to say.
"""

from __future__ import annotations

import difflib
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asrun.errors import Place, ProjectError

LIMIT = 800_000  # bytes: a job's summary holds 1 MiB


@dataclass(frozen=True)
class Output:
    """A recorded output before and after; None where it was not, or is no longer."""

    path: str
    before: str | None
    after: str | None


def changed(root: Path, base: str) -> list[Output]:
    """Return the outputs that differ between a commit and the files as they are now.

    Raises:
        ProjectError: if git does not know the commit.
    """
    base = _git(root, "rev-parse", "--verify", "--end-of-options", f"{base}^{{commit}}").strip()
    names = _git(
        root, "diff", "--name-only", "--no-renames", "--relative", "-z", base, "--", "snippets"
    )
    fresh = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "snippets")
    paths = sorted({path for path in (names + fresh).split("\0") if path.endswith(".out")})
    known = set(
        _git(root, "ls-tree", "-r", "-z", "--name-only", base, "--", "snippets").split("\0")
    )
    return [
        Output(
            path,
            _git(root, "show", f"{base}:./{path}") if path in known else None,
            (root / path).read_text(encoding="utf-8") if (root / path).is_file() else None,
        )
        for path in paths
    ]


def report(outputs: Iterable[Output], base: str, limit: int = LIMIT) -> str:
    """Return the list of changed outputs as Markdown, with their differences.

    What is beyond ``limit`` bytes is left out, and it says so.
    """
    found = list(outputs)
    lines = [f"## Changed outputs since {base[:12]}: {len(found)}\n\n"]
    room = limit - len(lines[0])
    for number, output in enumerate(found):
        section = _section(output)
        room -= len(section.encode())
        if room < 0:
            lines.append(f"… and {len(found) - number} more: `git diff {base[:12]} -- snippets`\n")
            break
        lines.append(section)
    return "".join(lines)


def _section(output: Output) -> str:
    state = {(True, False): "new", (False, True): "gone"}.get(
        (output.before is None, output.after is None), "changed"
    )
    before, after = ((text or "").splitlines() for text in (output.before, output.after))
    diff = "\n".join(difflib.unified_diff(before, after, "before", "after", lineterm="", n=3))
    return f"### `{output.path}` ({state})\n\n{fenced(diff, 'diff')}\n\n"


def fenced(text: str, language: str = "text") -> str:
    """Return text as a code block that nothing in it can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ("git", *words), cwd=root, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as error:
        raise ProjectError(Place("."), f"git: {error}", "Install git.") from error
    if done.returncode != 0:
        raise ProjectError(
            Place("."),
            f"git {words[0]}: {done.stderr.strip().splitlines()[0]}",
            "Name a commit that is here: `git fetch` brings those that are not.",
        )
    return done.stdout
