"""Where a line of a published Markdown copy comes from: ``asrun where``."""

from __future__ import annotations

from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.execution.cache import CACHE_FOLDER, Cache
from asrun.pages.expand import expand_page
from asrun.pages.urls import make_counterpart_link, make_markdown_site_path
from asrun.project.project import load_project
from asrun.publish.content import ContentSource
from asrun.translation.banner import insert_banner


def find_line_origin(root: Path, twin: str, line: int) -> Location:
    """Return the place that a line of a published twin came from.

    Raises:
        ProjectError: if no page is published there, or it has no such line.
    """
    project, cache = load_project(root), Cache(root / CACHE_FOLDER)
    for page in project.pages:
        if twin.rpartition("site/")[2] != make_markdown_site_path(page.language, page.uri):
            continue

        content = ContentSource(project, page.language, cache)
        expanded = expand_page(page, content.get_snippet_block, project.make_list_renderer(page))
        locations = insert_banner(
            expanded, page, project.compose_page_banner(page, make_counterpart_link(page))
        ).line_locations
        if 1 <= line <= len(locations):
            return locations[line - 1]
    raise ProjectError(
        Location(twin, line), "no page has such a line", "Name a twin: site/…/index.md:LINE."
    )
