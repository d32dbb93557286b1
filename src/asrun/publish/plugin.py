"""The MkDocs plugin: pages go in as written and come out expanded; twins go beside the HTML.

It runs nothing. It shows what it was given (`show`), else what the cache and the ``.out`` files
hold, so that a site can be built where torch is not installed. In strict mode every figure must
be there.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

import markdown
from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc
from mkdocs.utils.templates import TemplateContext

from asrun.base.errors import AsrunError, LabError
from asrun.base.files import write_atomically
from asrun.base.git import LastChange, merge_last_changes, read_history
from asrun.base.languages import (
    LANGUAGES,
    get_other_language,
    get_path_to_site_root,
    get_url_root,
)
from asrun.base.messages import UI_MESSAGES
from asrun.execution.cache import CACHE_FOLDER, Cache
from asrun.execution.expected import read_expected_output
from asrun.execution.result import Result
from asrun.execution.runner import find_missing_requirement
from asrun.labs.execute import LabRun, load_lab_run
from asrun.labs.lab import Lab
from asrun.labs.notebooks import (
    build_download_notebook,
    build_lab_markdown,
    build_notebook_to_render,
    render_lab_figures,
)
from asrun.labs.refit import fit_lab_html
from asrun.lists.original import build_source_json
from asrun.pages.expand import expand_page
from asrun.pages.page import ExpandedPage, Page, parse_page
from asrun.pages.snippet_block import SnippetBlock, build_snippet_block, choose_content
from asrun.pages.urls import (
    get_notebook_path,
    make_counterpart_link,
    make_markdown_path,
    rebase_links,
)
from asrun.project.project import Project, load_project
from asrun.publish.downloads import (
    build_standalone_script,
    format_llms_full_page,
    format_llms_txt,
    make_snippet_entries,
)
from asrun.publish.html import insert_policy, mark_outputs
from asrun.publish.notebooks import build_page_notebook, build_snippet_notebook
from asrun.publish.offline import ARCHIVE_NAME
from asrun.publish.version import VERSION_FILE, format_version_json
from asrun.translation.banner import insert_banner

_ALTERNATE_HREF = re.compile(r'(?<=<link rel="alternate " href=")[^"]+')
_TRANSLATION_PLACEHOLDER = (
    "#alternate-"  # MkDocs leaves a link to a fragment as it is; `lead` puts the page's
)


def _get_path_to_root(page: MkDocsPage) -> str:
    """Return the way from a page to its language's root."""
    return "../" * len(PurePosixPath(page.url).parts)


class AsrunConfig(Config):
    """``cache``: the folder, relative to the project, that keeps runs."""

    cache = Type(str, default=CACHE_FOLDER)


class AsrunPlugin(BasePlugin[AsrunConfig]):
    """Shows snippets as they ran. See the module."""

    results: Mapping[str, Result] | None = None
    lab_runs: Mapping[str, LabRun | LabError] | None = None
    serving = (
        False  # MkDocs' server puts a script into each page, new each time: no policy allows it
    )

    def use_results(
        self, results: Mapping[str, Result], lab_runs: Mapping[str, LabRun | LabError]
    ) -> None:
        """Show these results instead of looking for them in the cache."""
        self.results = results
        self.lab_runs = lab_runs

    def on_config(self, config: MkDocsConfig) -> None:
        """Find the project."""
        self.root = Path(config.config_file_path).parent
        self.language = config.theme["language"]
        self.repository_url = (config.repo_url or "").rstrip("/")
        for alternate in config.extra.get("alternate", ()):
            alternate["link"] = _TRANSLATION_PLACEHOLDER + alternate["lang"]

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read the project afresh: a snippet may have changed since the last build."""
        self.project: Project = load_project(self.root)
        self.cache = Cache(self.root / self.config.cache)
        self.strict = config.strict
        self.last_changes = read_history(self.root)
        self.pages = {
            page.uri: page for page in self.project.pages if page.language == self.language
        }
        self.labs = {lab.uri: lab for lab in self.project.labs if lab.language == self.language}
        self.published_texts: dict[str, str] = {}
        self.snippet_blocks: dict[str, SnippetBlock] = {}
        self.llms_full_pages: dict[str, str] = {}

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Give mkdocs-jupyter, which knows the labs by now, the notebooks of their runs."""
        self.files = files
        self.nav = nav
        for uri, lab in self.labs.items():
            notebook_path = (
                self.root / self.config.cache / "labs" / lab.language / f"{lab.name}.ipynb"
            )
            write_atomically(notebook_path, build_notebook_to_render(lab, self.find_lab_run(lab)))
            lab_file = files.get_file_from_path(uri)
            assert lab_file is not None
            lab_file.abs_src_path = str(notebook_path)
        return nav

    def on_page_read_source(self, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Give MkDocs the expanded page, and the site map the date of its last change."""
        if last_change := self.find_last_change(page.file.src_uri):
            page.update_date = last_change.date  # not the day of the build
        if page.file.src_uri in self.labs:
            return ""  # mkdocs-jupyter reads the notebook itself
        source = self.pages.get(page.file.src_uri)
        if source is None:
            return None
        try:
            list_renderer = self.project.make_list_renderer(source)
            expanded = expand_page(
                source, self.get_snippet_block, list_renderer, self.repository_url
            )
        except AsrunError as error:
            raise PluginError(str(error)) from error
        self.add_markdown_copy(source, expanded)
        self.published_texts[get_notebook_path(source.uri)] = build_page_notebook(
            source, self.get_snippet_block
        )
        return expanded.text

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Show outputs as such; fit a lab's HTML to the site, and keep its other forms."""
        error_label = UI_MESSAGES[self.language]["error"]
        lab = self.labs.get(page.file.src_uri)
        if lab is None:
            return mark_outputs(html, error_label)

        def resolve_link(target: str) -> str | None:
            path, hash_sign, fragment = target.partition("#")
            uri = posixpath.normpath(posixpath.join(posixpath.dirname(lab.uri), path))
            file = self.files.get_file_from_path(uri)
            return f"{file.url_relative_to(page.file)}{hash_sign}{fragment}" if file else None

        try:
            run = self.find_lab_run(lab)
            figures = render_lab_figures(lab, run) if run else None
            refitted_page = fit_lab_html(html, lab, figures, resolve_link)
            expanded = build_lab_markdown(lab, run, figures)
        except AsrunError as error:
            raise PluginError(str(error)) from error
        folder = posixpath.dirname(make_markdown_path(lab.uri))
        self.add_markdown_copy(lab.extract_prose_page(), expanded)
        self.published_texts[get_notebook_path(lab.uri)] = build_download_notebook(lab, run)
        self.published_texts[f"{folder}/{lab.name}.py"] = lab.source
        page.toc = get_toc(refitted_page.toc)  # type: ignore[arg-type]
        page.meta["description"] = refitted_page.description
        return mark_outputs(refitted_page.html, error_label)

    def on_page_context(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Tell the theme when the page, or a program on it, was last changed, and by whom."""
        context["changed"] = self.find_last_change(page.file.src_uri)  # type: ignore[typeddict-unknown-key]
        context["source_path"] = self.get_source_path(page.file.src_uri)  # type: ignore[typeddict-unknown-key]
        if self.strict:  # it is packed when a strict build is done
            offline_url = self.get_translation_url(
                LANGUAGES[0], _get_path_to_root(page), ARCHIVE_NAME
            )
            context["whole"] = offline_url  # type: ignore[typeddict-unknown-key]
        if description := page.meta.get("description"):
            page.meta["description"] = escape(str(description))  # the theme writes it as it is
        context["behind"] = self.render_stale_banner(page)  # type: ignore[typeddict-unknown-key]
        return context

    def add_markdown_copy(self, page: Page, expanded: ExpandedPage) -> None:
        """Keep a page's twin and its words for the end, with what it says of its freshness."""
        expanded_with_banner = insert_banner(
            expanded, page, self.project.compose_page_banner(page, make_counterpart_link(page))
        )
        self.published_texts[make_markdown_path(page.uri)] = rebase_links(
            page, expanded_with_banner
        )
        self.llms_full_pages[page.uri] = format_llms_full_page(page, expanded_with_banner)

    def render_stale_banner(self, page: MkDocsPage) -> str:
        """Return the HTML that says which sections of a page are behind; empty if none is."""
        source = self.project.page_pairs.get(page.file.src_uri, {}).get(self.language)
        if source is None:
            return ""
        other_language = get_other_language(self.language)
        counterpart_url = self.get_translation_url(
            other_language, _get_path_to_root(page), page.url
        )
        html: str = markdown.markdown(
            "\n\n".join(self.project.compose_page_banner(source, counterpart_url))
        )
        return html.replace(
            f'<a href="{counterpart_url}', f'<a lang="{other_language}" href="{counterpart_url}'
        )

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Lead the language switch, and the page's `hreflang` links, to this same page."""
        linked_html = self.link_translations(output, _get_path_to_root(page), page.url)
        if page.canonical_url:  # search engines want these whole
            canonical_url = page.canonical_url
            linked_html = _ALTERNATE_HREF.sub(
                lambda match: urljoin(canonical_url, match[0]), linked_html
            )
        return linked_html if self.serving else insert_policy(linked_html)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Lead what has no counterpart (the page for 404) to the other language's home."""
        linked_html = self.link_translations(
            output_content, urlsplit(config.site_url or "/").path, ""
        )
        return (
            insert_policy(linked_html)
            if template_name.endswith(".html") and not self.serving
            else linked_html
        )

    def link_translations(self, html: str, path_to_root: str, url: str) -> str:
        """Replace the marks that `on_config` left in the theme's links to other languages.

        ``up`` leads to this language's root, ``url`` from there to the page.
        """
        for language in LANGUAGES:
            link = self.get_translation_url(language, path_to_root, url)
            html = html.replace(f'href="{_TRANSLATION_PLACEHOLDER}{language}"', f'href="{link}"')
        # The theme's script would ask each alternate's folder for a sitemap; it does not know the
        # relation by this spelling, and browsers and search engines do.
        html = html.replace('<link rel="alternate" href', '<link rel="alternate " href')
        search_label = UI_MESSAGES[self.language]["search"]
        return html.replace('role="dialog"', f'role="dialog" aria-label="{search_label}"')

    def get_translation_url(self, language: str, path_to_root: str, url: str) -> str:
        """Return the link to a page in a language; ``up`` and ``url`` as `lead` has them."""
        path_to_site = path_to_root + get_path_to_site_root(self.language)
        return path_to_site + get_url_root(language) + url.removeprefix("./") or "./"

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Publish the twins and the forms to take away; once, what both languages share."""
        for name in self.project.group_pages_by_snippet():
            block, path = self.get_snippet_block(name), f"snippets/{name.removesuffix('.py')}"
            self.published_texts[f"{path}.py"] = build_standalone_script(block)
            self.published_texts[f"{path}.ipynb"] = build_snippet_notebook(block)
        pages = [
            (str(page.title), page.file.src_uri, unescape(str(page.meta.get("description", ""))))
            for page in self.nav.pages
        ]
        site_description = str(config.site_description)
        self.published_texts["llms.txt"] = format_llms_txt(
            config.site_name, site_description, pages
        )
        self.published_texts["llms-full.txt"] = "\n".join(
            self.llms_full_pages[uri] for _, uri, _ in pages if uri in self.llms_full_pages
        )
        if self.language == LANGUAGES[0]:
            snippet_locations = self.project.snippet_locations[self.language]
            self.add_json_file(
                "source.json", build_source_json(self.project.original, snippet_locations)
            )
            self.add_json_file("snippets.json", make_snippet_entries(self.project))
            self.published_texts[VERSION_FILE] = format_version_json(self.root)
        for path, text in self.published_texts.items():
            write_atomically(Path(config.site_dir) / path, text)

    def add_json_file(self, path: str, entries: list[dict[str, Any]]) -> None:
        """Publish data as JSON."""
        self.published_texts[path] = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"

    def get_source_path(self, uri: str) -> str:
        """Return a page's path in the project."""
        return f"docs/{self.language}/{uri}"

    def find_last_change(self, uri: str) -> LastChange | None:
        """Return when a page, or a program on it, was last changed, and by whom."""
        source = self.pages.get(uri)
        snippet_names = parse_page(source).snippet_names if source else ()
        return merge_last_changes(
            self.last_changes,
            (self.get_source_path(uri), *(f"snippets/{name}" for name in snippet_names)),
        )

    def find_lab_run(self, lab: Lab) -> LabRun | None:
        """Return a lab's run if there is one here; in strict mode there must be."""
        run = load_lab_run(self.root, lab) if self.lab_runs is None else self.lab_runs[lab.path]
        if self.strict and run is None:
            raise PluginError(f"{lab.locate_line()}: not run. Run `make site`.")
        return None if isinstance(run, LabError) else run

    def get_snippet_block(self, name: str) -> SnippetBlock:
        """Return a snippet's card in this build's language; KeyError if there is none."""
        if name not in self.snippet_blocks:
            self.snippet_blocks[name] = self.load_snippet_block(name)
        return self.snippet_blocks[name]

    def load_snippet_block(self, name: str) -> SnippetBlock:
        """Make a snippet's card; in strict mode it must have run and be drawn."""
        snippet = self.project.snippets[name]
        if self.results is None:
            result: Result | None = self.cache.find_run(snippet) or find_missing_requirement(
                snippet
            )
        else:
            result = self.results.get(name)
        verdicts, expected_output = (
            self.project.get_verdicts(snippet),
            read_expected_output(self.root, snippet),
        )
        if self.project.verification_record and snippet.needs and not verdicts:
            expected_output = None  # some other text's
        block = build_snippet_block(
            snippet, choose_content(snippet, result, expected_output), self.language, verdicts
        )
        if self.strict and block.failure:
            raise PluginError(block.failure)
        if self.strict and None in block.figures and not block.missing_requirement:
            raise PluginError(f"{snippet.locate_line()}: a figure is not drawn. Run `make site`.")
        return block
