"""The recorded outputs that differ between a commit and now, as Markdown for a reviewer.

Only git and the files are read: the checks say whether programs print what is recorded.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asrun.base.git import run_git
from asrun.base.text import fence_text

MAX_SUMMARY_BYTES = 800_000  # the summary of a job in GitHub's CI holds 1 MiB
_HINT = "Name a commit that is here: `git fetch` brings those that are not."


@dataclass(frozen=True)
class OutputDiff:
    """A recorded output before and after; None where there was no file, or is none any more."""

    path: str
    before: str | None
    after: str | None


def find_changed_outputs(root: Path, base: str) -> list[OutputDiff]:
    """Return the outputs that differ between a commit and the files as they are now.

    Raises:
        ProjectError: if git does not know the commit.
    """
    commit = ("rev-parse", "--verify", "--end-of-options", f"{base}^{{commit}}")
    base = run_git(root, *commit, hint=_HINT).strip()
    changed_names = run_git(
        root, "diff", "--name-only", "--no-renames", "--relative", "-z", base, "--", "snippets"
    )
    untracked_names = run_git(
        root, "ls-files", "--others", "--exclude-standard", "-z", "--", "snippets"
    )
    paths = sorted(
        {path for path in (changed_names + untracked_names).split("\0") if path.endswith(".out")}
    )
    base_names = run_git(root, "ls-tree", "-r", "-z", "--name-only", base, "--", "snippets")
    base_paths = set(base_names.split("\0"))
    return [
        OutputDiff(
            path,
            run_git(root, "show", f"{base}:./{path}") if path in base_paths else None,
            (root / path).read_text(encoding="utf-8") if (root / path).is_file() else None,
        )
        for path in paths
    ]


def format_output_diffs(
    outputs: Iterable[OutputDiff], base: str, max_bytes: int = MAX_SUMMARY_BYTES
) -> str:
    """Return the changed outputs as Markdown, with their differences.

    ``base`` is the commit's name, for the heading. Outputs that would make the text longer than
    ``max_bytes`` are left out, and counted at its end.
    """
    diffs = list(outputs)
    lines = [f"## Changed outputs since {base[:12]}: {len(diffs)}\n\n"]
    bytes_left = max_bytes - len(lines[0])
    for number, output in enumerate(diffs):
        section = _format_output_diff(output)
        bytes_left -= len(section.encode())
        if bytes_left < 0:
            lines.append(f"… and {len(diffs) - number} more: `git diff {base[:12]} -- snippets`\n")
            break
        lines.append(section)
    return "".join(lines)


def _format_output_diff(output: OutputDiff) -> str:
    state = {(True, False): "new", (False, True): "gone"}.get(
        (output.before is None, output.after is None), "changed"
    )
    before, after = ((text or "").splitlines() for text in (output.before, output.after))
    diff = "\n".join(difflib.unified_diff(before, after, "before", "after", lineterm="", n=3))
    return f"### `{output.path}` ({state})\n\n{fence_text(diff, 'diff')}\n\n"
