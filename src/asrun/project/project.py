"""The project: every page and snippet of a folder, and what is wrong with them as written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from asrun.base.errors import AsrunError, LabError, Location, PageError, ProjectError, SnippetError
from asrun.base.languages import LANGUAGES
from asrun.execution.expected import ExpectedOutputs, read_expected_output
from asrun.labs.lab import Lab, parse_lab
from asrun.lists.compatibility import VerdictsBySnippet
from asrun.lists.glossary import GLOSSARY_PATH, Glossary, parse_glossary
from asrun.lists.locations import SnippetLocations, locate_snippets
from asrun.lists.original import ORIGINAL_DATA_PATH, OriginalDocument, parse_original
from asrun.lists.registry import ListContext, render_list
from asrun.pages.page import DataList, LocatedLines, Page, list_includes
from asrun.snippets.snippet import Snippet, parse_snippet
from asrun.translation.banner import compose_banner
from asrun.translation.staleness import PagePair, SectionChange, find_section_changes, pair_pages
from asrun.translation.sync_file import SYNC_FILE_PATH, SyncRecord, parse_sync_file
from asrun.verification.record import Environment, Verdict, VerificationRecord, read_record


@dataclass(frozen=True)
class Project:
    """The pages and labs in both languages, the snippets by name, what could not be read.

    ``verified`` is None in a project that keeps no record of where its snippets were proven.
    ``sync`` is None where there is no such file: then nothing is said of freshness.
    """

    root: Path
    pages: tuple[Page, ...]
    snippets: Mapping[str, Snippet]
    expected_outputs: ExpectedOutputs = field(default_factory=dict)
    labs: tuple[Lab, ...] = ()
    original: OriginalDocument = field(default_factory=OriginalDocument)
    glossary: Glossary = ()
    verification_record: VerificationRecord | None = None
    sync: SyncRecord | None = None
    loading_errors: tuple[AsrunError, ...] = ()

    def get_pages(self, language: str) -> tuple[Page, ...]:
        """Return one language's pages."""
        return tuple(page for page in self.pages if page.language == language)

    @cached_property
    def prose_pages(self) -> tuple[Page, ...]:
        """Return all pages, and the Markdown cells of the labs as pages."""
        return (*self.pages, *(lab.prose_page for lab in self.labs))

    @cached_property
    def page_pairs(self) -> Mapping[str, PagePair]:
        """What can be compared in both languages, by its URI."""
        return pair_pages(self.prose_pages)

    def find_page_changes(self, uri: str) -> list[SectionChange]:
        """Return the sections of a page or lab that changed since their last sync."""
        pair = self.page_pairs.get(uri)
        return find_section_changes(self.sync, pair) if pair and self.sync is not None else []

    def compose_page_banner(self, page: Page, counterpart_url: str) -> list[str]:
        """Return what a page says about its sections that are behind; see `freshness.note`."""
        return compose_banner(self.find_page_changes(page.uri), page, counterpart_url)

    def make_list_renderer(self, page: Page) -> Callable[[DataList], LocatedLines]:
        """Return what renders the lists of a page; it raises PageError for one that is unknown."""
        return lambda data_list: render_list(data_list, self._make_list_context(page))

    def _make_list_context(self, page: Page) -> ListContext:
        locations = self.snippet_locations[page.language]
        return ListContext(
            page,
            [s for s in self.snippets.values() if s.name in locations.section_by_snippet],
            locations,
            self.verdicts_by_snippet,
            self.glossary,
            self.original,
        )

    @cached_property
    def verdicts_by_snippet(self) -> VerdictsBySnippet:
        """What came of each snippet, as it is, in each environment."""
        return {name: self.get_verdicts(snippet) for name, snippet in self.snippets.items()}

    def get_verdicts(self, snippet: Snippet) -> Mapping[Environment, Verdict]:
        """Return what came of a snippet, as it is, in each environment; oldest torch first."""
        if self.verification_record is None:
            return {}
        return self.verification_record.find_verdicts(snippet, self.expected_outputs[snippet.name])

    @cached_property
    def snippet_locations(self) -> Mapping[str, SnippetLocations]:
        """Where each language's pages show the snippets."""
        return {name: locate_snippets(self.get_pages(name)) for name in LANGUAGES}

    def group_pages_by_snippet(self) -> dict[str, list[Page]]:
        """Return the pages that include each snippet, by its name."""
        pages_by_snippet: dict[str, list[Page]] = {}
        for page in self.pages:
            for name in {name: None for _, name in list_includes(page)}:
                pages_by_snippet.setdefault(name, []).append(page)
        return pages_by_snippet


# A process that serves loads its project again after each save: what has not changed is not parsed
# again, and a page keeps the structure that it has found of itself.
_parse_snippet = lru_cache(maxsize=2**14)(parse_snippet)
_parse_lab = lru_cache(maxsize=2**6)(parse_lab)
_make_page = lru_cache(maxsize=2**11)(Page)


def load_project(root: Path) -> Project:
    """Read a project; what cannot be read is kept as an error, so that the rest is still told."""
    loading_errors: list[AsrunError] = []
    snippets = {
        name: snippet
        for name, path, text in _read_files(root, "snippets", "*.py", SnippetError, loading_errors)
        if (snippet := _try_parse(loading_errors, _parse_snippet, name, path, text))
    }
    expected_outputs = {
        name: _try_parse(loading_errors, read_expected_output, root, snippet)
        for name, snippet in snippets.items()
    }
    pages, labs = [], []
    for language in LANGUAGES:
        folder = f"docs/{language}"
        if not (root / folder).is_dir():
            loading_errors.append(
                ProjectError(Location(folder), "no such folder", "Pages live there.")
            )
        for uri, path, text in _read_files(root, folder, "*.md", PageError, loading_errors):
            pages.append(_make_page(path, uri, language, text))
        for uri, path, text in _read_files(root, folder, "*.py", LabError, loading_errors):
            lab = _try_parse(loading_errors, _parse_lab, path, uri, language, text)
            labs += [lab] if lab else []
    data_files = {
        path: text
        for _, path, text in _read_files(root, "docs", "*.toml", PageError, loading_errors)
    }
    original = _try_parse(loading_errors, parse_original, data_files.get(ORIGINAL_DATA_PATH, ""))
    glossary = _try_parse(loading_errors, parse_glossary, data_files.get(GLOSSARY_PATH, ""))
    sync = (
        _try_parse(loading_errors, parse_sync_file, data_files[SYNC_FILE_PATH])
        if SYNC_FILE_PATH in data_files
        else None
    )
    return Project(
        root,
        tuple(pages),
        snippets,
        expected_outputs,
        tuple(labs),
        original or OriginalDocument(),
        glossary or (),
        _try_parse(loading_errors, read_record, root),
        sync,
        tuple(loading_errors),
    )


def _read_files(
    root: Path,
    folder: str,
    pattern: str,
    error_class: type[AsrunError],
    loading_errors: list[AsrunError],
) -> Iterator[tuple[str, str, str]]:
    """Yield the files of a folder: name in it, path in the project, text."""
    for file in sorted((root / folder).rglob(pattern)):
        path = file.relative_to(root).as_posix()
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            loading_errors.append(error_class(Location(path), "not UTF-8", "Save it as UTF-8."))
        else:
            yield path.removeprefix(f"{folder}/"), path, text


T = TypeVar("T")
P = ParamSpec("P")


def _try_parse(
    loading_errors: list[AsrunError], parser: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T | None:
    """Return what ``read`` makes of a text; None, and its error kept, if it cannot."""
    try:
        return parser(*args, **kwargs)
    except AsrunError as error:
        loading_errors.append(error)
        return None
