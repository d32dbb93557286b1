"""Reproducible: two builds of one commit, as different as can be, must give the same bytes.

They differ in folder, clock, time zone, locale, hash seed, umask and home. The first may use what
the project's cache has of runs; the second runs every program and lab again, unless it may, too.
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
from itertools import islice
from pathlib import Path

from asrun.base.errors import AsrunError, Location, ProjectError
from asrun.base.files import PACKAGE_FOLDER
from asrun.base.git import read_head_commit, run_git
from asrun.base.text import find_first_difference
from asrun.execution.cache import CACHE_FOLDER

_MAX_DIFF_LINES = 10  # of a difference that are shown
# What the second build's MkDocs takes for now: 40 days on. The programs keep the real clock.
_SHIFTED_CLOCK_SOURCE = """\
import sys
if "asrun.publish.builder" in sys.orig_argv:
    import datetime, time
    shift = 40 * 86400
    real = time.time
    zone, fields, words = time.localtime, time.gmtime, time.strftime
    time.time = lambda: real() + shift
    time.time_ns = lambda: int(time.time() * 1e9)
    time.localtime = lambda seconds=None: zone(time.time() if seconds is None else seconds)
    time.gmtime = lambda seconds=None: fields(time.time() if seconds is None else seconds)
    time.strftime = lambda text, when=None: words(text, time.localtime() if when is None else when)
    class Moment(datetime.datetime):
        now = classmethod(lambda cls, tz=None: cls.fromtimestamp(time.time(), tz))
        today = classmethod(lambda cls: cls.now())
        utcnow = classmethod(lambda cls: cls.now(datetime.timezone.utc).replace(tzinfo=None))
    class Day(datetime.date):
        today = classmethod(lambda cls: cls.fromtimestamp(time.time()))
    datetime.datetime, datetime.date = Moment, Day
"""
# As published: without an address, the site map is empty.
_SITE_URL_VARIABLES = {
    "SITE_URL": "https://example.org/",
    "SITE_URL_EN": "https://example.org/en/",
    "REPO_URL": "https://example.org/repository",
}


@dataclass(frozen=True)
class _BuildConditions:
    """Where and how a build is made: its folder, its umask, its environment."""

    folder: str
    umask: int
    environment: Mapping[str, str]
    clock_source: str = ""


_FIRST_CONDITIONS = _BuildConditions(
    "one",
    0o022,
    {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
)
_SECOND_CONDITIONS = _BuildConditions(
    "another place/deeper",
    0o077,
    {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "2", "COLUMNS": "43"},
    _SHIFTED_CLOCK_SOURCE,
)


def compare_two_builds(root: Path, reuse_runs: bool = False) -> tuple[int, list[AsrunError]]:
    """Build the commit that is checked out twice; return the number of files, and what differs.

    ``cached``: the second build, too, takes the runs of the first, and only the pages are made
    again.

    Raises:
        ProjectError: if there is no commit, or it cannot be built.
    """
    head_commit = read_head_commit(root)
    if head_commit is None:
        raise ProjectError(Location("."), "not a git checkout", "Run it in a clone, with git.")
    with tempfile.TemporaryDirectory(prefix="asrun-twice-") as folder:
        first_site = _build_commit(
            root, head_commit.hash, Path(folder), _FIRST_CONDITIONS, root / CACHE_FOLDER
        )
        cache_folder = first_site.parent / CACHE_FOLDER if reuse_runs else None
        second_site = _build_commit(
            root, head_commit.hash, Path(folder), _SECOND_CONDITIONS, cache_folder
        )
        return len(list(_list_site_files(first_site))), list(
            find_differences(first_site, second_site)
        )


def find_differences(first: Path, second: Path) -> Iterator[AsrunError]:
    """Yield what differs between two folders: the first lines of each file that does."""
    names = [
        {file.relative_to(folder) for file in _list_site_files(folder)}
        for folder in (first, second)
    ]
    for name in sorted(names[0] ^ names[1]):
        build_name = "first" if name in names[0] else "second"
        yield ProjectError(
            Location(str(name)), f"only the {build_name} build has it", _DIFFERENCE_HINT
        )
    for name in sorted(names[0] & names[1]):
        first_bytes, second_bytes = ((folder / name).read_bytes() for folder in (first, second))
        if first_bytes != second_bytes:
            line, description = _describe_difference(first_bytes, second_bytes)
            yield ProjectError(
                Location(str(name), line), f"two builds differ:\n{description}\n", _DIFFERENCE_HINT
            )


_DIFFERENCE_HINT = "Find what it took from the clock, the folder or the order of a set."


def _describe_difference(first_bytes: bytes, second_bytes: bytes) -> tuple[int, str]:
    """Return the line where two files first differ, and the beginning of their difference."""
    try:
        first_text, second_text = first_bytes.decode(), second_bytes.decode()
    except UnicodeDecodeError:
        offset = next(
            (
                index
                for index, (a, b) in enumerate(zip(first_bytes, second_bytes, strict=False))
                if a != b
            ),
            len(first_bytes),
        )
        return (
            1,
            f"  from byte {offset} on, {first_bytes[offset : offset + 16].hex()} and {second_bytes[offset : offset + 16].hex()}",
        )
    difference = find_first_difference(first_text, second_text)
    lines = (first_text.splitlines(), second_text.splitlines())
    diff = difflib.unified_diff(*lines, "first", "second", "", "", 0)
    excerpt = "\n".join(f"  {line.strip()[:160]}" for line in islice(diff, _MAX_DIFF_LINES))
    return difference.number if difference else 1, excerpt


def _list_site_files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def _build_commit(
    root: Path, commit: str, folder: Path, conditions: _BuildConditions, cache_folder: Path | None
) -> Path:
    """Check a commit out into a folder of its own, and build its site there, from these runs."""
    checkout, home = folder / conditions.folder, folder / f"home of {conditions.umask}"
    startup_folder = home / "hook"
    startup_folder.mkdir(parents=True)
    if conditions.clock_source:
        (startup_folder / "sitecustomize.py").write_text(conditions.clock_source, encoding="utf-8")
    run_git(root, "clone", "--quiet", "--no-checkout", str(root.resolve()), str(checkout))
    run_git(checkout, "checkout", "--quiet", "--detach", commit)
    if cache_folder and cache_folder.is_dir():
        shutil.copytree(cache_folder, checkout / CACHE_FOLDER, ignore=lambda *_: ["site.json"])
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
