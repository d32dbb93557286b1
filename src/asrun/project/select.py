"""A part of a project: what some pages or files are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from asrun.base.errors import Location, ProjectError
from asrun.base.languages import LANGUAGES
from asrun.pages.page import list_includes
from asrun.project.project import Project


def select_targets(project: Project, targets: Sequence[str]) -> Project:
    """Return what some targets are about: their pages in both languages, with their programs.

    Files that cannot be read are part of it as well, so that their errors are reported.

    Args:
        project: the whole project.
        targets: pages as their address has them (``tensors/joining``), or files: of a page, a lab,
            a snippet or its output.

    Raises:
        ProjectError: for a target that is neither.
    """
    pages_by_snippet = project.group_pages_by_snippet()
    uris: set[str] = set()
    target_files = {target for target in targets if (project.root / target).is_file()}
    known_uris = {page.uri for page in project.pages} | {lab.uri for lab in project.labs}
    known_uris |= {_strip_language_folder(error.location.path) for error in project.loading_errors}
    for target in targets:
        uri = _strip_language_folder(target)
        name = target.removeprefix("snippets/").removesuffix(".out").removesuffix(".py") + ".py"
        target_uris = {uri, f"{uri}.md", f"{uri}.py"} & known_uris
        if target.startswith("snippets/"):
            target_uris = {page.uri for page in pages_by_snippet.get(name, ())}
        if not target_uris and target not in target_files:
            raise ProjectError(
                Location(target),
                "no page and no file of the project",
                "Name a page, such as `make check only=tensors/joining`; `make new "
                "page=CHAPTER/NAME` makes one.",
            )
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
