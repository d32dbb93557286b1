"""Reproducible builds: one commit, built twice under other conditions, must give the same bytes.

Folder, clock, time zone, locale, hash seed, umask and home differ. The first build may take runs
from the project's cache; the second runs every snippet and lab again, unless it is told not to.
"""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from asrun.base.errors import AsrunError, Location, ProjectError
from asrun.base.files import PACKAGE_FOLDER
from asrun.base.git import read_head_commit, run_git
from asrun.base.text import find_first_difference
from asrun.execution.cache import CACHE_FOLDER

_MAX_DIFF_LINES = 10  # shown of the difference of one file
_MAX_LINE_LENGTH = 160  # characters shown of a line that differs
_MAX_BINARY_BYTES = 16  # shown of each file where binary files differ
_DIFFERENCE_HINT = "Find what it took from the clock, the folder or the order of a set."
SHIFTED_CLOCK_FILE = Path(__file__).with_name("shifted_clock.py")
# The published site has addresses; without them, its site map would be empty.
_SITE_URL_VARIABLES = {
    "SITE_URL": "https://example.org/",
    "SITE_URL_EN": "https://example.org/en/",
    "REPO_URL": "https://example.org/repository",
}


@dataclass(frozen=True)
class _BuildConditions:
    """What differs between two builds: the folder, the umask, the environment, the clock."""

    folder: str
    umask: int
    environment: Mapping[str, str]
    is_clock_shifted: bool = False


_FIRST_CONDITIONS = _BuildConditions(
    "one",
    0o022,
    {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
)
_SECOND_CONDITIONS = _BuildConditions(
    "another place/deeper",
    0o077,
    {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "2", "COLUMNS": "43"},
    is_clock_shifted=True,
)


def compare_two_builds(root: Path, reuse_runs: bool = False) -> tuple[int, list[AsrunError]]:
    """Build the commit that is checked out twice, and compare the two sites.

    Args:
        root: the project's folder.
        reuse_runs: let the second build take the runs of the first, so that only pages are made
            again.

    Returns:
        The number of files in the first site, and the differences.

    Raises:
        ProjectError: if there is no commit, or it cannot be built.
    """
    head_commit = read_head_commit(root)
    if head_commit is None:
        raise ProjectError(Location("."), "not a git checkout", "Run it in a clone, with git.")
    with tempfile.TemporaryDirectory(prefix="asrun-twice-") as name:
        folder = Path(name)
        first_site = _build_commit(
            root, head_commit.hash, folder, _FIRST_CONDITIONS, root / CACHE_FOLDER
        )
        cache_folder = first_site.parent / CACHE_FOLDER if reuse_runs else None
        second_site = _build_commit(
            root, head_commit.hash, folder, _SECOND_CONDITIONS, cache_folder
        )
        differences = list(find_differences(first_site, second_site))
        return len(_list_site_files(first_site)), differences


def find_differences(first: Path, second: Path) -> Iterator[AsrunError]:
    """Yield a problem for each file that two folders do not share: where it differs, and how."""
    first_names, second_names = _list_site_files(first), _list_site_files(second)
    for name in sorted(first_names ^ second_names):
        build_name = "first" if name in first_names else "second"
        yield ProjectError(
            Location(str(name)), f"only the {build_name} build has it", _DIFFERENCE_HINT
        )
    for name in sorted(first_names & second_names):
        first_bytes, second_bytes = (first / name).read_bytes(), (second / name).read_bytes()
        if first_bytes != second_bytes:
            line, description = _describe_difference(first_bytes, second_bytes)
            yield ProjectError(
                Location(str(name), line), f"two builds differ:\n{description}\n", _DIFFERENCE_HINT
            )


def _list_site_files(folder: Path) -> set[Path]:
    return {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}


def _describe_difference(first: bytes, second: bytes) -> tuple[int, str]:
    """Return the line where two files first differ, and the beginning of their difference."""
    try:
        first_text, second_text = first.decode(), second.decode()
    except UnicodeDecodeError:
        byte_pairs = zip_longest(first, second)
        offset = next(position for position, (a, b) in enumerate(byte_pairs) if a != b)
        excerpts = (data[offset : offset + _MAX_BINARY_BYTES].hex() for data in (first, second))
        return 1, f"  from byte {offset} on, {' and '.join(excerpts)}"
    difference = find_first_difference(first_text, second_text)
    lines = (first_text.splitlines(), second_text.splitlines())
    diff = difflib.unified_diff(*lines, "first", "second", "", "", 0)
    excerpt = "\n".join(
        f"  {line.strip()[:_MAX_LINE_LENGTH]}" for line in islice(diff, _MAX_DIFF_LINES)
    )
    return difference.number if difference else 1, excerpt


def _build_commit(
    root: Path, commit: str, folder: Path, conditions: _BuildConditions, cache_folder: Path | None
) -> Path:
    """Check a commit out into a folder of its own, build its site there, and return the site.

    Programs whose runs are in ``cache_folder`` do not run again.
    """
    checkout, home = folder / conditions.folder, folder / f"home of {conditions.umask}"
    startup_folder = home / "startup"
    startup_folder.mkdir(parents=True)
    if conditions.is_clock_shifted:
        shutil.copy(SHIFTED_CLOCK_FILE, startup_folder / "sitecustomize.py")
    run_git(root, "clone", "--quiet", "--no-checkout", str(root.resolve()), str(checkout))
    run_git(checkout, "checkout", "--quiet", "--detach", commit)
    if cache_folder and cache_folder.is_dir():
        # Without the stamp of the last build, which says that there is nothing to build.
        shutil.copytree(cache_folder, checkout / CACHE_FOLDER, ignore=lambda *_: ["site.json"])
    # The commit's own engine builds it; a project without one has the engine that runs now.
    engine_folder = checkout / "src" if (checkout / "src/asrun").is_dir() else PACKAGE_FOLDER.parent
    python_path = os.pathsep.join(str(entry) for entry in (startup_folder, engine_folder))
    process = subprocess.run(
        [sys.executable, "-m", "asrun.cli", "site"],
        cwd=checkout,
        env=os.environ
        | {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": python_path}
        | _SITE_URL_VARIABLES
        | dict(conditions.environment),
        umask=conditions.umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        raise ProjectError(
            Location("."), f"{commit} does not build:\n{process.stdout}", "Run `make site` first."
        )
    return checkout / "site"
