"""TODO docstring."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from asrun.base.errors import AsrunError, Location, PageError, SnippetError
from asrun.base.languages import LANGUAGES
from asrun.labs.lab import find_code_differences
from asrun.lists.glossary import find_discouraged_terms
from asrun.lists.original import find_original_problems
from asrun.lists.registry import find_list_problems, list_anchors
from asrun.pages.page import Page, list_includes, parse_page_or_empty
from asrun.pages.rules import find_page_problems
from asrun.project.nav import find_nav_problems
from asrun.project.project import Project
from asrun.snippets.snippet import Snippet
from asrun.translation.parity import compare_translations, find_untranslated_pages
from asrun.translation.staleness import find_sync_problems
from asrun.verification.verdicts import find_orphaned_records


def find_project_problems(project: Project) -> list[AsrunError]:
    """Return everything that is wrong with the project as written; nothing is run."""
    errors: list[AsrunError] = [*project.loading_errors]
    for snippet in project.snippets.values():
        errors += find_snippet_problems(snippet)
    prose_pages = project.prose_pages
    for page in prose_pages:
        errors += find_page_problems(page)
    errors += find_nav_problems(project.root, prose_pages)
    errors += find_untranslated_pages(prose_pages)
    errors += _find_pair_problems(prose_pages)
    english_labs = {lab.uri: lab for lab in project.labs if lab.language == "en"}
    for lab in project.labs:
        if lab.language == "zh" and lab.uri in english_labs:
            errors += find_code_differences(lab, english_labs[lab.uri])
    errors += _find_unmatched_files(project)
    errors += _find_dead_links(project, prose_pages)
    for page in prose_pages:
        errors += find_discouraged_terms(project.glossary, page)
        errors += find_list_problems(page, parse_page_or_empty(page).lists, project.original)
    if project.sync is not None:
        errors += find_sync_problems(project.sync, prose_pages)
    errors += find_original_problems(project.original, project.snippet_locations[LANGUAGES[0]])
    if project.verification_record:
        # A file that cannot be parsed is not gone.
        unparsed_names = {
            error.location.path.removeprefix("snippets/") for error in project.loading_errors
        }
        errors += find_orphaned_records(
            project.verification_record, {*project.snippets, *unparsed_names}
        )
    return sorted(errors, key=lambda error: error.location)


def find_snippet_problems(snippet: Snippet) -> Iterator[AsrunError]:
    """Yield what is wrong with a snippet as written, past what its parsing tells."""
    try:
        for language in LANGUAGES:
            snippet.localize(language)
    except AsrunError as error:
        yield error


def _find_pair_problems(pages: Sequence[Page]) -> Iterator[AsrunError]:
    english_pages = {page.uri: page for page in pages if page.language == "en"}
    for page in pages:
        if page.language == "zh" and page.uri in english_pages:
            try:
                yield from compare_translations(page, english_pages[page.uri])
            except PageError:
                continue  # a fence that is never closed: told by the page's own check


def _find_unmatched_files(project: Project) -> Iterator[AsrunError]:
    """Yield includes without a snippet, snippets and outputs without a user."""
    unreadable_paths = {error.location.path for error in project.loading_errors}
    pages_by_snippet = project.group_pages_by_snippet()
    for page in project.pages:
        for line, name in list_includes(page):
            if name not in project.snippets and f"snippets/{name}" not in unreadable_paths:
                yield PageError(
                    page.locate_line(line),
                    f"includes {name}, and there is no snippets/{name}",
                    "Write it and run `make update`, or mend the name.",
                )
    for name, snippet in project.snippets.items():
        if name not in pages_by_snippet:
            yield SnippetError(
                snippet.locate_line(),
                "no page includes it",
                f"Include it on a page, or run `git rm {snippet.path} {snippet.out_path}`.",
            )
    for out_file in sorted((project.root / "snippets").rglob("*.out")):
        if not out_file.with_suffix(".py").exists():
            path = out_file.relative_to(project.root).as_posix()
            yield SnippetError(
                Location(path),
                "an output without its program",
                f"Run `git rm {path}`, or bring the snippet back.",
            )


def _find_dead_links(project: Project, pages: Sequence[Page]) -> Iterator[PageError]:
    """Yield links to pages, files and sections that are not there."""
    ids_by_page = {(page.language, page.uri): _collect_page_ids(project, page) for page in pages}
    for page in pages:
        for link in parse_page_or_empty(page).links:
            if re.match(r"[a-z]+:", link.target):
                continue
            path, _, fragment = link.target.partition("#")
            uri = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), path))
            uri = uri if path else page.uri
            target_ids = ids_by_page.get((page.language, uri))
            if target_ids is None:
                if (project.root / "docs" / page.language / uri).is_file() and not fragment:
                    continue
                message = f"its link {link.target} leads nowhere: there is no {uri}"
            elif fragment and fragment not in target_ids:
                message = f"its link {link.target} leads to no section of {uri}"
            else:
                continue
            yield PageError(page.locate_line(link.line), message, "Mend the link.")


def _collect_page_ids(project: Project, page: Page) -> set[str]:
    """Return what one can link to on a page: its headings, what its lists put there."""
    structure = parse_page_or_empty(page)
    ids = {heading.id for heading in structure.headings if heading.id}
    for data_list in structure.lists:
        ids.update(list_anchors(data_list.name, project.original))
    return ids
