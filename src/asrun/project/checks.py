"""The checks of a project as written: what is wrong with it before anything runs.

To add a check, write a function that yields the problems it finds in a project, and add it to
`PROJECT_CHECKS`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

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
    """Return everything that is wrong with the project as written, in the order of files."""
    errors = [*project.loading_errors]
    for check in PROJECT_CHECKS:
        errors += check(project)
    return sorted(errors, key=lambda error: error.location)


def find_snippet_problems(snippet: Snippet) -> Iterator[AsrunError]:
    """Yield what is wrong with a snippet as written that parsing it does not tell."""
    try:
        for language in LANGUAGES:
            snippet.localize(language)
    except AsrunError as error:
        yield error


def _check_snippets(project: Project) -> Iterator[AsrunError]:
    for snippet in project.snippets.values():
        yield from find_snippet_problems(snippet)


def _check_pages(project: Project) -> Iterator[AsrunError]:
    for page in project.prose_pages:
        yield from find_page_problems(page)
        yield from find_discouraged_terms(project.glossary, page)
        yield from find_list_problems(page, parse_page_or_empty(page).lists, project.original)


def _check_navs(project: Project) -> Iterable[AsrunError]:
    return find_nav_problems(project.root, project.prose_pages)


def _check_translations(project: Project) -> Iterator[AsrunError]:
    yield from find_untranslated_pages(project.prose_pages)
    for pair in project.page_pairs.values():
        yield from compare_translations(pair.pages["zh"], pair.pages["en"])
    english_labs = {lab.uri: lab for lab in project.labs if lab.language == "en"}
    for lab in project.labs:
        if lab.language == "zh" and lab.uri in english_labs:
            yield from find_code_differences(lab, english_labs[lab.uri])


def _check_sync_file(project: Project) -> Iterable[AsrunError]:
    if project.sync is None:
        return ()
    return find_sync_problems(project.sync, project.prose_pages, project.page_pairs)


def _check_original(project: Project) -> Iterable[AsrunError]:
    return find_original_problems(project.original, project.snippet_locations[LANGUAGES[0]])


def _check_verification_record(project: Project) -> Iterable[AsrunError]:
    if project.verification_record is None:
        return ()
    # A file that cannot be parsed is not gone.
    unparsed_names = {
        error.location.path.removeprefix("snippets/") for error in project.loading_errors
    }
    names = {*project.snippets, *unparsed_names}
    return find_orphaned_records(project.verification_record, names)


def _check_unmatched_files(project: Project) -> Iterator[AsrunError]:
    """Yield includes without a snippet, snippets without a page, outputs without a snippet."""
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


def _check_links(project: Project) -> Iterator[PageError]:
    """Yield links to pages, files and sections that are not there."""
    ids_by_page = {
        (page.language, page.uri): _collect_page_ids(project, page) for page in project.prose_pages
    }
    for page in project.prose_pages:
        for link in parse_page_or_empty(page).links:
            if re.match(r"[a-z]+:", link.target):
                continue  # it leads out of the site
            path, _, fragment = link.target.partition("#")
            uri = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), path))
            uri = uri if path else page.uri
            ids = ids_by_page.get((page.language, uri))
            if ids is None:
                if (project.root / "docs" / page.language / uri).is_file() and not fragment:
                    continue
                message = f"its link {link.target} leads nowhere: there is no {uri}"
            elif fragment and fragment not in ids:
                message = f"its link {link.target} leads to no section of {uri}"
            else:
                continue
            yield PageError(page.locate_line(link.line), message, "Mend the link.")


def _collect_page_ids(project: Project, page: Page) -> set[str]:
    """Return what one can link to on a page: its headings, and what its lists put there."""
    structure = parse_page_or_empty(page)
    ids = {heading.id for heading in structure.headings if heading.id}
    for data_list in structure.lists:
        ids.update(list_anchors(data_list.name, project.original))
    return ids


PROJECT_CHECKS: tuple[Callable[[Project], Iterable[AsrunError]], ...] = (
    _check_snippets,
    _check_pages,
    _check_navs,
    _check_translations,
    _check_unmatched_files,
    _check_links,
    _check_sync_file,
    _check_original,
    _check_verification_record,
)
