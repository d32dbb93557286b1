"""The build of one language: what MkDocs is given for each page, and what is published beside it.

It knows the project and not MkDocs; the plugin hands each event of MkDocs on to one of its methods.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from asrun.base.files import write_atomically
from asrun.base.git import LastChange, merge_last_changes
from asrun.base.languages import LANGUAGES, get_other_language
from asrun.labs.lab import Lab
from asrun.labs.notebooks import (
    build_download_notebook,
    build_lab_markdown,
    render_lab_figures,
)
from asrun.labs.refit import FittedLab, build_notebook_to_render, fit_lab_html
from asrun.pages.expand import expand_page
from asrun.pages.page import ExpandedPage, Page, parse_page
from asrun.pages.urls import get_notebook_path, make_markdown_path
from asrun.project.project import Project
from asrun.publish.content import ContentSource
from asrun.publish.downloads import build_standalone_script
from asrun.publish.html import render_banner
from asrun.publish.machine_files import (
    PageSummary,
    build_markdown_copy,
    build_shared_files,
    format_llms_full_page,
    format_llms_txt,
)
from asrun.publish.notebooks import build_page_notebook, build_snippet_notebook


@dataclass
class LanguageBuild:
    """One build of one language, from the project as it was read when the build began.

    Attributes:
        history: when each file of the project was last changed, by its path.
        texts: what is published beside the HTML, by its path from the language's root.
    """

    project: Project
    language: str
    content: ContentSource
    history: Mapping[str, LastChange]
    repository_url: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    _llms_full_pages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pages = {page.uri: page for page in self.project.get_pages(self.language)}
        self.labs = {lab.uri: lab for lab in self.project.labs if lab.language == self.language}

    def expand_page(self, page: Page) -> str:
        """Return the Markdown that MkDocs renders for a page; add the page's other forms.

        Raises:
            AsrunError: if one of its snippets or lists cannot be shown.
        """
        get_block = self.content.get_snippet_block
        render_list = self.project.make_list_renderer(page)
        expanded = expand_page(page, get_block, render_list, self.repository_url)
        self._add_markdown_copy(page, expanded)
        self.texts[get_notebook_path(page.uri)] = build_page_notebook(page, get_block)
        return expanded.text

    def write_lab_notebook(self, lab: Lab, folder: Path) -> Path:
        """Write the notebook that mkdocs-jupyter renders for a lab; return its path.

        Raises:
            LabError: if the lab did not run, in a strict build.
        """
        path = folder / "labs" / lab.language / f"{lab.name}.ipynb"
        write_atomically(path, build_notebook_to_render(lab, self.content.find_lab_run(lab)))
        return path

    def fit_lab(self, lab: Lab, html: str, resolve_link: Callable[[str], str | None]) -> FittedLab:
        """Return mkdocs-jupyter's HTML of a lab fitted to the site; add the lab's other forms.

        ``resolve_link`` returns the relative URL of a file of ``docs/LANGUAGE``, None if there is
        no such file.

        Raises:
            AsrunError: for a figure or a link that cannot stand on a page.
        """

        def resolve_lab_link(target: str) -> str | None:
            path, hash_sign, fragment = target.partition("#")
            url = resolve_link(posixpath.normpath(posixpath.join(posixpath.dirname(lab.uri), path)))
            return f"{url}{hash_sign}{fragment}" if url else None

        run = self.content.find_lab_run(lab)
        figures = render_lab_figures(lab, run) if run else None
        fitted = fit_lab_html(html, lab, figures, resolve_lab_link)
        self._add_markdown_copy(lab.prose_page, build_lab_markdown(lab, run, figures))
        self.texts[get_notebook_path(lab.uri)] = build_download_notebook(lab, run)
        folder = posixpath.dirname(make_markdown_path(lab.uri))
        self.texts[f"{folder}/{lab.name}.py"] = lab.source
        return fitted

    def render_stale_banner(self, uri: str, counterpart_url: str) -> str:
        """Return the HTML that says which sections of a page are behind; empty if none is."""
        pair = self.project.page_pairs.get(uri)
        if pair is None:
            return ""
        page = pair.pages[self.language]
        paragraphs = self.project.compose_page_banner(page, counterpart_url)
        return render_banner(paragraphs, counterpart_url, get_other_language(self.language))

    def get_source_path(self, uri: str) -> str:
        """Return the path of a page in the project."""
        return f"docs/{self.language}/{uri}"

    def find_last_change(self, uri: str) -> LastChange | None:
        """Return when a page, or a program on it, was last changed, and by whom."""
        page = self.pages.get(uri)
        snippet_names = parse_page(page).snippet_names if page else ()
        return merge_last_changes(
            self.history,
            (self.get_source_path(uri), *(f"snippets/{name}" for name in snippet_names)),
        )

    def add_site_files(
        self, site_name: str, site_description: str, summaries: Sequence[PageSummary]
    ) -> None:
        """Add what belongs to no single page: the programs, and the lists for machines.

        ``summaries`` has the pages and labs in the order of the navigation.
        """
        for name in self.project.group_pages_by_snippet():
            if name not in self.project.snippets:
                continue  # a page of the other language: its own build says so
            block = self.content.get_snippet_block(name)
            path = PurePosixPath("snippets", name)
            self.texts[str(path)] = build_standalone_script(block)
            self.texts[str(path.with_suffix(".ipynb"))] = build_snippet_notebook(block)
        self.texts["llms.txt"] = format_llms_txt(site_name, site_description, summaries)
        self.texts["llms-full.txt"] = "\n".join(
            self._llms_full_pages[summary.uri]
            for summary in summaries
            if summary.uri in self._llms_full_pages
        )
        if self.language == LANGUAGES[0]:  # once for both languages, at the root of the site
            self.texts |= build_shared_files(self.project)

    def write_files(self, site_folder: Path) -> None:
        """Write everything that was added into the folder that MkDocs built this language in."""
        for path, text in self.texts.items():
            write_atomically(site_folder / path, text)

    def _add_markdown_copy(self, page: Page, expanded: ExpandedPage) -> None:
        markdown_copy = build_markdown_copy(self.project, page, expanded).text
        self.texts[make_markdown_path(page.uri)] = markdown_copy
        self._llms_full_pages[page.uri] = format_llms_full_page(markdown_copy)
