"""The site: check everything, build both languages, count, and only then publish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.base.git import read_history
from asrun.base.languages import LANGUAGES, MKDOCS_CONFIGS, get_url_root
from asrun.execution.cache import CACHE_FOLDER, compute_cache_key
from asrun.labs.execute import compute_lab_cache_key
from asrun.project.runs import CheckedProject
from asrun.publish.census import Census, count_blocks
from asrun.publish.offline import write_archive
from asrun.publish.stamp import (
    BuildStamp,
    compute_folder_digest,
    compute_inputs_digest,
    read_stamp,
    write_stamp,
)
from asrun.publish.version import format_version_json, update_version_file

_MKDOCS_BUILD_COMMAND = (
    sys.executable,
    *("-W", "ignore::UserWarning"),  # jieba imports pkg_resources; the lock knows
    *("-m", "mkdocs", "build", "--strict"),
)


def build_site(root: Path, site_folder: Path, checked: CheckedProject) -> Census:
    """Build both languages strictly, count their blocks, and replace ``out`` if all is well.

    If nothing that a build reads has changed, and ``out`` is as the last build left it, it is left
    as it is, but for the commit that it carries, and so is the count.

    Raises:
        ProjectError: if MkDocs fails; its own words are on stderr.
    """
    stamp_file = root / CACHE_FOLDER / "site.json"
    version_entry = format_version_json(
        root
    )  # before there is an uncommitted folder beside the site
    snippet_states = (
        f"{name} {compute_cache_key(snippet)} {type(checked.results[name]).__name__}"
        for name, snippet in checked.project.snippets.items()
    )
    lab_states = (
        f"{compute_lab_cache_key(lab)} {type(checked.labs[lab.path])}"
        for lab in checked.project.labs
    )
    history_lines = (
        f"{path} {last_change}"
        for path, last_change in read_history(root).items()
        if path.startswith(("docs/", "snippets/"))  # what a page shows the history of
    )
    inputs = compute_inputs_digest(
        root, MKDOCS_CONFIGS.values(), (*snippet_states, *lab_states, *history_lines)
    )
    last_stamp = read_stamp(stamp_file)
    if (
        last_stamp
        and last_stamp.inputs_digest == inputs
        and site_folder.is_dir()
        and last_stamp.files_digest == compute_folder_digest(site_folder)
    ):
        if update_version_file(site_folder, version_entry):
            write_archive(site_folder)  # it carries the commit too
            write_stamp(
                stamp_file, replace(last_stamp, files_digest=compute_folder_digest(site_folder))
            )
        return Census(**last_stamp.census_counts)
    with tempfile.TemporaryDirectory(
        dir=_make_parent_folder(site_folder), prefix=f".{site_folder.name}-"
    ) as folder:
        new_site = _run_mkdocs(root, Path(folder))
        update_version_file(new_site, version_entry)
        block_census = count_blocks(checked.project, new_site, checked.results, checked.labs)
        if not block_census.problems:
            write_archive(new_site)
            _replace_site(new_site, site_folder)
            saved_counts = {
                name: value for name, value in asdict(block_census).items() if name != "problems"
            }
            write_stamp(
                stamp_file, BuildStamp(inputs, compute_folder_digest(site_folder), saved_counts)
            )
    return block_census


def _run_mkdocs(root: Path, folder: Path) -> Path:
    """Let MkDocs build each language, side by side; return the folder that holds both."""
    processes = {
        language: subprocess.Popen(
            [*_MKDOCS_BUILD_COMMAND, "-f", str(root / config), "-d", str(folder / language)],
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for language, config in MKDOCS_CONFIGS.items()
    }
    outputs = {language: process.communicate()[0] for language, process in processes.items()}
    failed_languages = [language for language, build in processes.items() if build.returncode != 0]
    if failed_languages:
        print("".join(outputs[language] for language in failed_languages), file=sys.stderr, end="")  # noqa: T201
        raise ProjectError(
            Location(MKDOCS_CONFIGS[failed_languages[0]]),
            "MkDocs did not build the site",
            "Mend what it names above, then `make site`.",
        )
    site_folder = folder / LANGUAGES[0]
    for language in LANGUAGES[1:]:
        shutil.move(folder / language, site_folder / get_url_root(language))
    return site_folder


def _make_parent_folder(site_folder: Path) -> Path:
    site_folder.parent.mkdir(parents=True, exist_ok=True)
    return site_folder.parent


def _replace_site(new_site: Path, site_folder: Path) -> None:
    """Put ``fresh`` in the place of ``out``; the old site stays until the new one is there."""
    old_site = new_site.with_name("old")
    if site_folder.exists():
        site_folder.rename(old_site)
    new_site.rename(site_folder)
