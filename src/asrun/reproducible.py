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

from asrun.commit import commit
from asrun.errors import AsrunError, Place, ProjectError
from asrun.record import CACHE

_LINES = 10  # of a difference that are shown

# What the second build's MkDocs takes for now: 40 days on. The programs keep the real clock.
_CLOCK = """\
import sys
if "mkdocs" in sys.orig_argv:
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
_ADDRESS = {
    "SITE_URL": "https://example.org/",
    "SITE_URL_EN": "https://example.org/en/",
    "REPO_URL": "https://example.org/repository",
}


@dataclass(frozen=True)
class _Circumstances:
    """Where and how a build is made: its folder, its umask, its environment."""

    folder: str
    umask: int
    environment: Mapping[str, str]
    clock: str = ""


_FIRST = _Circumstances(
    "one",
    0o022,
    {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
)
_SECOND = _Circumstances(
    "another place/deeper",
    0o077,
    {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "2", "COLUMNS": "43"},
    _CLOCK,
)


def reproducible(root: Path, cached: bool = False) -> tuple[int, list[AsrunError]]:
    """Build the commit that is checked out twice; return the number of files, and what differs.

    ``cached``: the second build, too, takes the runs of the first, and only the pages are made
    again.

    Raises:
        ProjectError: if there is no commit, or it cannot be built.
    """
    found = commit(root)
    if found is None:
        raise ProjectError(Place("."), "not a git checkout", "Run it in a clone, with git.")
    with tempfile.TemporaryDirectory(prefix="asrun-twice-") as folder:
        first = _built(root, found.hash, Path(folder), _FIRST, root / CACHE)
        runs = first.parent / CACHE if cached else None
        second = _built(root, found.hash, Path(folder), _SECOND, runs)
        return len(list(_files(first))), list(differences(first, second))


def differences(first: Path, second: Path) -> Iterator[AsrunError]:
    """Yield what differs between two folders: the first lines of each file that does."""
    names = [{file.relative_to(folder) for file in _files(folder)} for folder in (first, second)]
    for name in sorted(names[0] ^ names[1]):
        which = "first" if name in names[0] else "second"
        yield ProjectError(Place(str(name)), f"only the {which} build has it", _WAY_OUT)
    for name in sorted(names[0] & names[1]):
        was, now = ((folder / name).read_bytes() for folder in (first, second))
        if was != now:
            line, shown = _shown(was, now)
            yield ProjectError(Place(str(name), line), f"two builds differ:\n{shown}\n", _WAY_OUT)


_WAY_OUT = "Find what it took from the clock, the folder or the order of a set."


def _shown(was: bytes, now: bytes) -> tuple[int, str]:
    """Return the line where two files first differ, and the beginning of their difference."""
    try:
        old, new = (text.decode().splitlines() for text in (was, now))
    except UnicodeDecodeError:
        at = next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), len(was))
        return 1, f"  from byte {at} on, {was[at : at + 16].hex()} and {now[at : at + 16].hex()}"
    line = next((n for n, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b), 1)
    diff = list(islice(difflib.unified_diff(old, new, "first", "second", "", "", 0), _LINES))
    return line, "\n".join(f"  {text.strip()[:160]}" for text in diff)


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def _built(root: Path, commit: str, folder: Path, how: _Circumstances, runs: Path | None) -> Path:
    """Check a commit out into a folder of its own, and build its site there, from these runs."""
    copy, home = folder / how.folder, folder / f"home of {how.umask}"
    hook = home / "hook"
    hook.mkdir(parents=True)
    if how.clock:
        (hook / "sitecustomize.py").write_text(how.clock, encoding="utf-8")
    _git("clone", "--quiet", "--no-checkout", str(root), str(copy))
    _git("-C", str(copy), "checkout", "--quiet", "--detach", commit)
    if runs and runs.is_dir():
        shutil.copytree(runs, copy / CACHE, ignore=lambda *_: ["site.json"])
    engine = copy / "src" if (copy / "src/asrun").is_dir() else Path(__file__).parents[1]
    path = os.pathsep.join(str(part) for part in (hook, engine))
    done = subprocess.run(
        [sys.executable, "-m", "asrun.cli", "site"],
        cwd=copy,
        env=os.environ
        | {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": path}
        | _ADDRESS
        | dict(how.environment),
        umask=how.umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ProjectError(
            Place("."), f"{commit} does not build:\n{done.stdout}", "Run `make site` first."
        )
    return copy / "site"


def _git(*words: str) -> None:
    done = subprocess.run(("git", *words), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ProjectError(Place("."), f"git {words[0]}: {done.stderr.strip()}", "Mend it first.")
