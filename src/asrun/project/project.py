"""The project: every page, snippet and data file of a folder, read once."""

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
from asrun.translation.sections import PagePair, pair_pages
from asrun.translation.staleness import SectionChange, find_section_changes
from asrun.translation.sync_file import SYNC_FILE_PATH, SyncRecord, parse_sync_file
from asrun.verification.record import Environment, Verdict, VerificationRecord, read_record

_Parsed = TypeVar("_Parsed")
_Parameters = ParamSpec("_Parameters")


@dataclass(frozen=True)
class Project:
    """What a project's folder holds.

    Attributes:
        root: the folder.
        pages: the Markdown pages of both languages.
        snippets: the snippets by name.
        expected_outputs: what their ``.out`` files hold, by the snippet's name.
        labs: the labs of both languages.
        original: what became of the original document.
        glossary: the terms.
        verification_record: where the snippets were verified; None if the project keeps no record.
        sync: which sections say the same in both languages; None if the project does not keep it:
            then no section is behind.
        loading_errors: what is wrong with the files that cannot be read; they are in none of the
            others.
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
        """All pages, and the Markdown cells of the labs as pages."""
        return (*self.pages, *(lab.prose_page for lab in self.labs))

    @cached_property
    def page_pairs(self) -> Mapping[str, PagePair]:
        """The pages and labs that can be compared in both languages, by their URI."""
        return pair_pages(self.prose_pages)

    def find_page_changes(self, uri: str) -> list[SectionChange]:
        """Return the sections of a page or lab that changed since they were last in sync."""
        pair = self.page_pairs.get(uri)
        return find_section_changes(self.sync, pair) if pair and self.sync is not None else []

    def compose_page_banner(self, page: Page, counterpart_url: str) -> list[str]:
        """Return what a page says of its sections that are behind, as `compose_banner` does."""
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
    """Read a project.

    A file that cannot be read is left out, and its error kept in ``loading_errors``: so that all
    problems of a project can be told at once.
    """
    loader = _Loader(root)
    snippets = {
        name: snippet
        for name, path, text in loader.read_files("snippets", "*.py", SnippetError)
        if (snippet := loader.try_parse(_parse_snippet, name, path, text))
    }
    expected_outputs = {
        name: loader.try_parse(read_expected_output, root, snippet)
        for name, snippet in snippets.items()
    }
    pages: list[Page] = []
    labs: list[Lab] = []
    for language in LANGUAGES:
        folder = f"docs/{language}"
        if not (root / folder).is_dir():
            error = ProjectError(Location(folder), "no such folder", "Pages live there.")
            loader.errors.append(error)
        for uri, path, text in loader.read_files(folder, "*.md", PageError):
            pages.append(_make_page(path, uri, language, text))
        for uri, path, text in loader.read_files(folder, "*.py", LabError):
            if lab := loader.try_parse(_parse_lab, path, uri, language, text):
                labs.append(lab)
    data_files = {path: text for _, path, text in loader.read_files("docs", "*.toml", PageError)}
    original = loader.try_parse(parse_original, data_files.get(ORIGINAL_DATA_PATH, ""))
    glossary = loader.try_parse(parse_glossary, data_files.get(GLOSSARY_PATH, ""))
    sync_text = data_files.get(SYNC_FILE_PATH)
    return Project(
        root=root,
        pages=tuple(pages),
        snippets=snippets,
        expected_outputs=expected_outputs,
        labs=tuple(labs),
        original=original or OriginalDocument(),
        glossary=glossary or (),
        verification_record=loader.try_parse(read_record, root),
        sync=None if sync_text is None else loader.try_parse(parse_sync_file, sync_text),
        loading_errors=tuple(loader.errors),
    )


class _Loader:
    """Reads the files of a project, and keeps the errors of those that it cannot read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.errors: list[AsrunError] = []

    def read_files(
        self, folder: str, pattern: str, error_class: type[AsrunError]
    ) -> Iterator[tuple[str, str, str]]:
        """Yield the files of a folder: their path in it, their path in the project, their text."""
        for file in sorted((self.root / folder).rglob(pattern)):
            path = file.relative_to(self.root).as_posix()
            try:
                text = file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                self.errors.append(error_class(Location(path), "not UTF-8", "Save it as UTF-8."))
            else:
                yield path.removeprefix(f"{folder}/"), path, text

    def try_parse(
        self,
        parser: Callable[_Parameters, _Parsed],
        *args: _Parameters.args,
        **kwargs: _Parameters.kwargs,
    ) -> _Parsed | None:
        """Return what a parser returns; None if it raises an error."""
        try:
            return parser(*args, **kwargs)
        except AsrunError as error:
            self.errors.append(error)
            return None
