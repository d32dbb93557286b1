"""A part of a project: what some pages or files are about."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.base.languages import LANGUAGES
from asrun.pages.page import list_includes
from asrun.project.project import Project

_NEAR_COUNT = 5  # how many names that are near a wrong one are listed


def resolve_targets(root: Path, targets: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Return targets as they are named from the project's folder.

    Args:
        root: the project's folder.
        targets: files and pages, named from ``folder``, from the project's folder, or absolutely.
        folder: where somebody stands who names them.

    Raises:
        ProjectError: for a target outside the project.
    """
    return tuple(_resolve_target(root, target, folder) for target in targets)


def resolve_files(root: Path, files: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Return files as `resolve_targets` does.

    Raises:
        ProjectError: for one that is not there, or lies outside the project.
    """
    paths = resolve_targets(root, files, folder)
    for path in paths:
        if not (root / path).is_file():
            raise ProjectError(Location(path), "no such file", "Name a file of the project.")
    return paths


def _resolve_target(root: Path, target: str, folder: Path) -> str:
    from_here = _make_project_path(root, folder / target)
    if from_here is not None and _exists_with_some_suffix(root / from_here):
        return from_here
    from_root = _make_project_path(root, root / target)
    if from_root is None:
        raise ProjectError(
            Location(target), f"outside the project, which is {root}", "Name a page or file of it."
        )
    return from_root


def _make_project_path(root: Path, path: Path) -> str | None:
    """Return a path relative to the project; None if it leads out of it."""
    # Links in the path of the project's folder may be spelt out or not; those in it stay.
    for base, file in ((root, path), (root.resolve(), os.path.realpath(path))):
        relative = os.path.relpath(file, base)
        if relative != ".." and not relative.startswith("../"):
            return relative
    return None


def _exists_with_some_suffix(file: Path) -> bool:
    return any(Path(f"{file}{suffix}").is_file() for suffix in ("", ".md", ".py", ".out"))


def select_targets(project: Project, targets: Sequence[str]) -> Project:
    """Return what some targets are about: their pages in both languages, with their programs.

    Files that cannot be read are part of it as well, so that their errors are reported.

    Args:
        project: the whole project.
        targets: pages as their address has them (``tensors/joining``), or files, relative to the
            project: of a page, a lab, a snippet or its output.

    Raises:
        ProjectError: for a target that is about none of these.
    """
    pages_by_snippet = project.group_pages_by_snippet()
    uris: set[str] = set()
    target_files = {target for target in targets if (project.root / target).is_file()}
    error_paths = {error.location.path for error in project.loading_errors}
    known_uris = {page.uri for page in project.pages} | {lab.uri for lab in project.labs}
    known_uris |= {_strip_language_folder(path) for path in error_paths}
    for target in targets:
        uri = _strip_language_folder(target)
        name = target.removeprefix("snippets/").removesuffix(".out").removesuffix(".py") + ".py"
        target_uris = {uri, f"{uri}.md", f"{uri}.py"} & known_uris
        is_of_snippet = target in target_files and target.startswith("snippets/")
        if target.startswith("snippets/"):
            target_uris = {page.uri for page in pages_by_snippet.get(name, ())}
        is_program = is_of_snippet and target.endswith((".py", ".out"))
        if not target_uris and not is_program and target not in error_paths:
            raise _make_target_error(project, target, uri)
        uris |= target_uris
    pages = tuple(page for page in project.pages if page.uri in uris)
    snippet_names = {name for page in pages for _, name in list_includes(page)}
    snippets = {
        name: snippet
        for name, snippet in project.snippets.items()
        if name in snippet_names or {snippet.path, snippet.out_path} & target_files
    }
    selected_paths = {
        f"docs/{language}/{uri}" for uri in uris for language in LANGUAGES
    } | target_files
    for name in snippet_names:
        selected_paths |= {f"snippets/{name}", f"snippets/{name.removesuffix('.py')}.out"}
    return replace(
        project,
        pages=pages,
        snippets=snippets,
        labs=tuple(lab for lab in project.labs if lab.uri in uris),
        loading_errors=tuple(
            error for error in project.loading_errors if error.location.path in selected_paths
        ),
    )


def list_project_files(project: Project) -> frozenset[str]:
    """Return the files that a project, or a part of one, is made of."""
    uris = {page.uri for page in project.pages} | {lab.uri for lab in project.labs}
    return frozenset(
        (
            *(f"docs/{language}/{uri}" for uri in uris for language in LANGUAGES),
            *(snippet.path for snippet in project.snippets.values()),
            *(snippet.out_path for snippet in project.snippets.values()),
            *(error.location.path for error in project.loading_errors),
        )
    )


def _strip_language_folder(target: str) -> str:
    return re.sub(rf"^docs/({'|'.join(LANGUAGES)})/", "", target).strip("/")


def _make_target_error(project: Project, target: str, uri: str) -> ProjectError:
    names = sorted({page.uri.rpartition(".")[0] for page in project.prose_pages})
    paths = sorted(snippet.path for snippet in project.snippets.values())
    chapter = [name for name in names if name.startswith(f"{uri}/")]
    stem = uri.rpartition("/")[2].rpartition(".")[0] or uri.rpartition("/")[2]
    same_name = [name for name in (*names, *paths) if stem and stem in name.rpartition("/")[2]]
    similar = difflib.get_close_matches(uri, names) + difflib.get_close_matches(target, paths)
    near = list(dict.fromkeys((*similar, *same_name, *chapter)))[:_NEAR_COUNT]
    is_file = (project.root / target).is_file()
    return ProjectError(
        Location(target),
        "a file that no page is made of" if is_file else "no page and no program of the project",
        (f"Near it are: {', '.join(near)}. " if near else "")
        + (
            f"`.venv/bin/asrun lint {target}` checks how it is written, `make check` everything."
            if is_file
            else "Name a page, such as `make check only=tensors/joining`; `make new "
            "page=CHAPTER/NAME` makes one."
        ),
    )
