"""Where a line of a published Markdown copy comes from: ``asrun where``."""

from __future__ import annotations

from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.execution.cache import CACHE_FOLDER, Cache
from asrun.pages.expand import expand_page
from asrun.pages.urls import make_markdown_site_path
from asrun.project.project import load_project
from asrun.publish.content import ContentSource
from asrun.publish.machine_files import build_markdown_copy


def find_line_origin(root: Path, path: str, line: int) -> Location:
    """Return the place that a line of a published Markdown copy came from.

    ``path`` is that of the copy, such as ``site/en/tensors/joining/index.md``.

    Raises:
        ProjectError: if no page is published there, or it has no such line.
    """
    project, cache = load_project(root), Cache(root / CACHE_FOLDER)
    for page in project.pages:
        if path.rpartition("site/")[2] != make_markdown_site_path(page.language, page.uri):
            continue
        content = ContentSource(project, page.language, cache)
        expanded = expand_page(page, content.get_snippet_block, project.make_list_renderer(page))
        locations = build_markdown_copy(project, page, expanded).line_locations
        if 1 <= line <= len(locations):
            return locations[line - 1]
    raise ProjectError(
        Location(path, line), "no page has such a line", "Name a twin: site/…/index.md:LINE."
    )
