"""The site: check everything, build both languages, count, and only then publish."""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from asrun.base.errors import Location, ProjectError
from asrun.base.git import LastChange, read_history
from asrun.base.languages import MKDOCS_CONFIGS
from asrun.execution.cache import CACHE_FOLDER, compute_cache_key
from asrun.execution.result import Progress
from asrun.execution.runner import Runner
from asrun.labs.execute import compute_lab_cache_key
from asrun.project.runs import CheckedProject, check_project
from asrun.publish.census import Census, count_blocks
from asrun.publish.inputs import BuildInputs, BuildOrder
from asrun.publish.offline import write_archive
from asrun.publish.stamp import (
    BuildStamp,
    compute_environment_digest,
    compute_folder_digest,
    compute_inputs_digest,
    compute_source_digest,
    read_stamp,
    write_stamp,
)
from asrun.publish.version import format_version_json, update_version_file

_BUILDER_COMMAND = (sys.executable, "-m", "asrun.publish.builder")


class BuilderProcess:
    """The process that builds with MkDocs, from its start to its end. A context manager.

    It takes a second to import what it needs: who starts it early need not wait for that.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        # A pipe that nobody empties would stop it.
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        self._words.close()

    def start(self) -> None:
        """Let it import what it needs; it then waits for an order."""
        if self._process is None:
            self._process = subprocess.Popen(
                _BUILDER_COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
            )

    def build(self, order: BuildOrder) -> None:
        """Build both languages; the archive of the site is not written yet.

        Raises:
            ProjectError: if MkDocs fails; its own words are on stderr.
        """
        self.start()
        assert self._process is not None
        assert self._process.stdin is not None and self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as stdin:
            pickle.dump(order, stdin)
        if not self._process.stdout.readline():
            self.finish()

    def finish(self) -> None:
        """Wait until the archive is written, too.

        Raises:
            ProjectError: if anything failed.
        """
        assert self._process is not None
        if self._process.wait() != 0:
            self._words.seek(0)
            print(self._words.read().decode(), file=sys.stderr, end="")  # noqa: T201
            raise ProjectError(
                Location(MKDOCS_CONFIGS["zh"]),
                "MkDocs did not build the site",
                "Mend what it names above, then `make site`.",
            )


def publish_site(
    root: Path, site_folder: Path, progress: Progress | None = None
) -> tuple[CheckedProject, Census | None]:
    """Check a project and, if nothing is wrong with it, build and publish its site.

    The census is None where nothing was built; where it has problems, nothing was published.

    Raises:
        ProjectError: if MkDocs fails; its own words are on stderr.
    """
    with BuilderProcess() as builder:
        if _is_stale(root, site_folder):
            builder.start()
        with Runner() as runner:
            checked = check_project(root, runner, progress)
        if checked.problems:
            return checked, None
        return checked, build_site(root, site_folder, checked, builder)


def build_site(
    root: Path,
    site_folder: Path,
    checked: CheckedProject,
    started_builder: BuilderProcess | None = None,
) -> Census:
    """Build both languages strictly, count their blocks, and replace the site if all is well.

    If nothing that a build reads has changed, and the site is as the last build left it, it is left
    as it is, but for the commit that it carries, and so is the count.

    Raises:
        ProjectError: if MkDocs fails; its own words are on stderr.
    """
    stamp_file = _get_stamp_file(root)
    # The version is read before there is an uncommitted folder beside the site.
    version_entry = format_version_json(root)
    history = read_history(root)
    environment = compute_environment_digest(root, MKDOCS_CONFIGS.values())
    source = compute_source_digest(root, environment)
    inputs = compute_inputs_digest(source, _list_states(checked, history))
    if last_stamp := _read_valid_stamp(stamp_file, inputs, site_folder):
        if update_version_file(site_folder, version_entry):
            write_archive(site_folder)  # it carries the commit too
            write_stamp(
                stamp_file, replace(last_stamp, files_digest=compute_folder_digest(site_folder))
            )
        return Census(**last_stamp.census_counts)
    with (
        tempfile.TemporaryDirectory(
            dir=_make_parent_folder(site_folder), prefix=f".{site_folder.name}-"
        ) as folder_name,
        started_builder or BuilderProcess() as builder,  # it ends before its folder vanishes
    ):
        folder = Path(folder_name)
        order = BuildOrder(
            root,
            folder,
            version_entry,
            BuildInputs(checked.project, checked.results, checked.labs, history, folder / "work"),
            root / CACHE_FOLDER / "pages",
            environment,
        )
        new_site = _run_mkdocs(order, builder)
        block_census = count_blocks(checked.project, new_site, checked.results, checked.labs)
        if not block_census.problems:
            builder.finish()
            _replace_site(new_site, site_folder)
            saved_counts = {
                name: value for name, value in asdict(block_census).items() if name != "problems"
            }
            files = compute_folder_digest(site_folder)
            write_stamp(stamp_file, BuildStamp(source, inputs, files, saved_counts))
    return block_census


def find_census_of_current_site(
    root: Path, site_folder: Path, checked: CheckedProject
) -> Census | None:
    """Return what the last build counted, or None if the site would have to be built again."""
    environment = compute_environment_digest(root, MKDOCS_CONFIGS.values())
    inputs = compute_inputs_digest(
        compute_source_digest(root, environment), _list_states(checked, read_history(root))
    )
    stamp = _read_valid_stamp(_get_stamp_file(root), inputs, site_folder)
    return Census(**stamp.census_counts) if stamp else None


def _read_valid_stamp(stamp_file: Path, inputs_digest: str, site_folder: Path) -> BuildStamp | None:
    """Return the last build's stamp if it had these inputs, and its files are as it left them."""
    stamp = read_stamp(stamp_file)
    is_valid = (
        stamp is not None
        and stamp.inputs_digest == inputs_digest
        and site_folder.is_dir()
        and stamp.files_digest == compute_folder_digest(site_folder)
    )
    return stamp if is_valid else None


def _list_states(checked: CheckedProject, history: dict[str, LastChange]) -> Iterator[str]:
    """Yield what a build reads besides files: what ran and how, and when files were changed."""
    for name, snippet in checked.project.snippets.items():
        yield f"{name} {compute_cache_key(snippet)} {type(checked.results[name]).__name__}"
    for lab in checked.project.labs:
        yield f"{compute_lab_cache_key(lab)} {type(checked.labs[lab.path])}"
    for path, last_change in history.items():
        if path.startswith(("docs/", "snippets/")):  # what a page shows the history of
            yield f"{path} {last_change}"


def _get_stamp_file(root: Path) -> Path:
    return root / CACHE_FOLDER / "site.json"


def _is_stale(root: Path, site_folder: Path) -> bool:
    """Tell whether a site has surely to be built, from files alone."""
    last_stamp = read_stamp(_get_stamp_file(root))
    if last_stamp is None or not site_folder.is_dir():
        return True
    environment = compute_environment_digest(root, MKDOCS_CONFIGS.values())
    return last_stamp.source_digest != compute_source_digest(root, environment)


def _run_mkdocs(order: BuildOrder, builder: BuilderProcess) -> Path:
    """Let MkDocs build each language, side by side; return the folder that holds both."""
    builder.build(order)
    return order.site_folder / "zh"


def _make_parent_folder(site_folder: Path) -> Path:
    site_folder.parent.mkdir(parents=True, exist_ok=True)
    return site_folder.parent


def _replace_site(new_site: Path, site_folder: Path) -> None:
    """Put the new site in the place of the old one, which stays until the new one is there."""
    old_site = new_site.with_name("old")
    if site_folder.exists():
        site_folder.rename(old_site)
    new_site.rename(site_folder)
