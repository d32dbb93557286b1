"""TODO docstring."""

from __future__ import annotations

from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.execution.cache import CACHE_FOLDER, Cache
from asrun.execution.expected import read_expected_output
from asrun.execution.runner import find_missing_requirement
from asrun.pages.expand import expand_page
from asrun.pages.snippet_block import SnippetBlock, build_snippet_block, choose_content
from asrun.pages.urls import make_counterpart_link, make_markdown_site_path
from asrun.project.project import load_project
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

        def make_block(name: str, language: str = page.language) -> SnippetBlock:
            snippet = project.snippets[name]
            result = cache.find_run(snippet) or find_missing_requirement(snippet)
            return build_snippet_block(
                snippet,
                choose_content(snippet, result, read_expected_output(root, snippet)),
                language,
            )

        expanded = expand_page(page, make_block, project.make_list_renderer(page))
        locations = insert_banner(
            expanded, page, project.compose_page_banner(page, make_counterpart_link(page))
        ).line_locations
        if 1 <= line <= len(locations):
            return locations[line - 1]
    raise ProjectError(
        Location(twin, line), "no page has such a line", "Name a twin: site/…/index.md:LINE."
    )
