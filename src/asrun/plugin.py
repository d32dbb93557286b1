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

from asrun import commit, notebook, offline, source_map, take_away
from asrun.card import Card, card, known
from asrun.errors import AsrunError, LabError
from asrun.expand import WORDS, Expanded, expand, published
from asrun.freshness import noted
from asrun.guard import guarded
from asrun.history import Changed, history, together
from asrun.kernel import LabRun, cached
from asrun.lab import Lab
from asrun.output import sampled
from asrun.page import Page, outline
from asrun.project import Project, load
from asrun.record import CACHE, Cache, recorded, write_whole
from asrun.runner import Result, lacking
from asrun.snippet import LANGUAGES
from asrun.twin import counterpart, twin

_ALTERNATE = re.compile(r'(?<=<link rel="alternate " href=")[^"]+')
_MARK = "#alternate-"  # MkDocs leaves a link to a fragment as it is; `lead` puts the page's


def notebook_of(uri: str) -> str:
    """Return where a page is published as a notebook, from its language's root."""
    path = PurePosixPath(uri)
    return str(PurePosixPath(published(uri)).with_name(f"{path.stem}.ipynb"))


def _up(page: MkDocsPage) -> str:
    """Return the way from a page to its language's root."""
    return "../" * len(PurePosixPath(page.url).parts)


class AsrunConfig(Config):
    """``cache``: the folder, relative to the project, that keeps runs."""

    cache = Type(str, default=CACHE)


class AsrunPlugin(BasePlugin[AsrunConfig]):
    """Shows snippets as they ran. See the module."""

    results: Mapping[str, Result] | None = None
    lab_runs: Mapping[str, LabRun | LabError] | None = None
    live = False  # MkDocs' server puts a script into each page, new each time: no policy allows it

    def show(
        self, results: Mapping[str, Result], lab_runs: Mapping[str, LabRun | LabError]
    ) -> None:
        """Show these results instead of looking for them in the cache."""
        self.results = results
        self.lab_runs = lab_runs

    def on_config(self, config: MkDocsConfig) -> None:
        """Find the project."""
        self.root = Path(config.config_file_path).parent
        self.language = config.theme["language"]
        self.repository = (config.repo_url or "").rstrip("/")
        for alternate in config.extra.get("alternate", ()):
            alternate["link"] = _MARK + alternate["lang"]

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read the project afresh: a snippet may have changed since the last build."""
        self.project: Project = load(self.root)
        self.cache = Cache(self.root / self.config.cache)
        self.strict = config.strict
        self.history = history(self.root)
        self.pages = {
            page.uri: page for page in self.project.pages if page.language == self.language
        }
        self.labs = {lab.uri: lab for lab in self.project.labs if lab.language == self.language}
        self.twins: dict[str, str] = {}
        self.cards: dict[str, Card] = {}
        self.words: dict[str, str] = {}

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Give mkdocs-jupyter, which knows the labs by now, the notebooks of their runs."""
        self.files = files
        self.nav = nav
        for uri, lab in self.labs.items():
            rendered = self.root / self.config.cache / "labs" / lab.language / f"{lab.name}.ipynb"
            write_whole(rendered, notebook.to_render(lab, self.run_of(lab)))
            file = files.get_file_from_path(uri)
            assert file is not None
            file.abs_src_path = str(rendered)
        return nav

    def on_page_read_source(self, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Give MkDocs the expanded page, and the site map the date of its last change."""
        if changed := self.changed(page.file.src_uri):
            page.update_date = changed.date  # not the day of the build
        if page.file.src_uri in self.labs:
            return ""  # mkdocs-jupyter reads the notebook itself
        source = self.pages.get(page.file.src_uri)
        if source is None:
            return None
        try:
            lists = self.project.lists(source)
            expanded = expand(source, self.card, lists, self.repository)
        except AsrunError as error:
            raise PluginError(str(error)) from error
        self.keep(source, expanded)
        self.twins[notebook_of(source.uri)] = take_away.page_notebook(source, self.card)
        return expanded.text

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Show outputs as such; fit a lab's HTML to the site, and keep its other forms."""
        failing = WORDS[self.language]["error"]
        lab = self.labs.get(page.file.src_uri)
        if lab is None:
            return sampled(html, failing)

        def lead(target: str) -> str | None:
            path, mark, fragment = target.partition("#")
            uri = posixpath.normpath(posixpath.join(posixpath.dirname(lab.uri), path))
            file = self.files.get_file_from_path(uri)
            return f"{file.url_relative_to(page.file)}{mark}{fragment}" if file else None

        try:
            run = self.run_of(lab)
            drawn = notebook.figures(lab, run) if run else None
            fitted = notebook.fit(html, lab, drawn, lead)
            expanded = notebook.markdown(lab, run, drawn)
        except AsrunError as error:
            raise PluginError(str(error)) from error
        folder = posixpath.dirname(published(lab.uri))
        self.keep(lab.page(), expanded)
        self.twins[notebook_of(lab.uri)] = notebook.download(lab, run)
        self.twins[f"{folder}/{lab.name}.py"] = lab.source
        page.toc = get_toc(fitted.toc)  # type: ignore[arg-type]
        page.meta["description"] = fitted.description
        return sampled(fitted.html, failing)

    def on_page_context(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Tell the theme when the page, or a program on it, was last changed, and by whom."""
        context["changed"] = self.changed(page.file.src_uri)  # type: ignore[typeddict-unknown-key]
        context["source_path"] = self.path(page.file.src_uri)  # type: ignore[typeddict-unknown-key]
        if self.strict:  # it is packed when a strict build is done
            whole = self.elsewhere(LANGUAGES[0], _up(page), offline.NAME)
            context["whole"] = whole  # type: ignore[typeddict-unknown-key]
        if about := page.meta.get("description"):
            page.meta["description"] = escape(str(about))  # the theme writes it as it is
        context["behind"] = self.behind(page)  # type: ignore[typeddict-unknown-key]
        return context

    def keep(self, page: Page, expanded: Expanded) -> None:
        """Keep a page's twin and its words for the end, with what it says of its freshness."""
        shown = noted(expanded, page, self.project.note(page, counterpart(page)))
        self.twins[published(page.uri)] = twin(page, shown)
        self.words[page.uri] = take_away.llms_full(page, shown)

    def behind(self, page: MkDocsPage) -> str:
        """Return the HTML that says which sections of a page are behind; empty if none is."""
        source = self.project.pairs.get(page.file.src_uri, {}).get(self.language)
        if source is None:
            return ""
        (other,) = set(LANGUAGES) - {self.language}
        there = self.elsewhere(other, _up(page), page.url)
        html: str = markdown.markdown("\n\n".join(self.project.note(source, there)))
        return html.replace(f'<a href="{there}', f'<a lang="{other}" href="{there}')

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Lead the language switch, and the page's `hreflang` links, to this same page."""
        led = self.lead(output, _up(page), page.url)
        if page.canonical_url:  # search engines want these whole
            address = page.canonical_url
            led = _ALTERNATE.sub(lambda match: urljoin(address, match[0]), led)
        return led if self.live else guarded(led)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Lead what has no counterpart (the page for 404) to the other language's home."""
        led = self.lead(output_content, urlsplit(config.site_url or "/").path, "")
        return guarded(led) if template_name.endswith(".html") and not self.live else led

    def lead(self, html: str, up: str, url: str) -> str:
        """Replace the marks that `on_config` left in the theme's links to other languages.

        ``up`` leads to this language's root, ``url`` from there to the page.
        """
        for language in LANGUAGES:
            link = self.elsewhere(language, up, url)
            html = html.replace(f'href="{_MARK}{language}"', f'href="{link}"')
        # The theme's script would ask each alternate's folder for a sitemap; it does not know the
        # relation by this spelling, and browsers and search engines do.
        html = html.replace('<link rel="alternate" href', '<link rel="alternate " href')
        name = WORDS[self.language]["search"]
        return html.replace('role="dialog"', f'role="dialog" aria-label="{name}"')

    def elsewhere(self, language: str, up: str, url: str) -> str:
        """Return the link to a page in a language; ``up`` and ``url`` as `lead` has them."""
        out = "" if self.language == "zh" else "../"
        root = "" if language == "zh" else f"{language}/"
        return up + out + root + url.removeprefix("./") or "./"

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Publish the twins and the forms to take away; once, what both languages share."""
        for name in self.project.used():
            card, path = self.card(name), f"snippets/{name.removesuffix('.py')}"
            self.twins[f"{path}.py"] = take_away.script(card)
            self.twins[f"{path}.ipynb"] = take_away.snippet_notebook(card)
        pages = [
            (str(page.title), page.file.src_uri, unescape(str(page.meta.get("description", ""))))
            for page in self.nav.pages
        ]
        about = str(config.site_description)
        self.twins["llms.txt"] = take_away.llms(config.site_name, about, pages)
        self.twins["llms-full.txt"] = "\n".join(
            self.words[uri] for _, uri, _ in pages if uri in self.words
        )
        if self.language == LANGUAGES[0]:
            shown = self.project.sections[self.language]
            self.publish("source.json", source_map.entries(self.project.source, shown))
            self.publish("snippets.json", take_away.entries(self.project))
            self.twins[commit.FILE] = commit.entry(self.root)
        for path, text in self.twins.items():
            write_whole(Path(config.site_dir) / path, text)

    def publish(self, path: str, entries: list[dict[str, Any]]) -> None:
        """Publish data as JSON."""
        self.twins[path] = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"

    def path(self, uri: str) -> str:
        """Return a page's path in the project."""
        return f"docs/{self.language}/{uri}"

    def changed(self, uri: str) -> Changed | None:
        """Return when a page, or a program on it, was last changed, and by whom."""
        source = self.pages.get(uri)
        programs = outline(source).snippets if source else ()
        return together(self.history, (self.path(uri), *(f"snippets/{name}" for name in programs)))

    def run_of(self, lab: Lab) -> LabRun | None:
        """Return a lab's run if there is one here; in strict mode there must be."""
        run = cached(self.root, lab) if self.lab_runs is None else self.lab_runs[lab.path]
        if self.strict and run is None:
            raise PluginError(f"{lab.place()}: not run. Run `make site`.")
        return None if isinstance(run, LabError) else run

    def card(self, name: str) -> Card:
        """Return a snippet's card in this build's language; KeyError if there is none."""
        if name not in self.cards:
            self.cards[name] = self.made(name)
        return self.cards[name]

    def made(self, name: str) -> Card:
        """Make a snippet's card; in strict mode it must have run and be drawn."""
        snippet = self.project.snippets[name]
        if self.results is None:
            result: Result | None = self.cache.find(snippet) or lacking(snippet)
        else:
            result = self.results.get(name)
        verdicts, output = self.project.proven(snippet), recorded(self.root, snippet)
        if self.project.verified and snippet.needs and not verdicts:
            output = None  # some other text's
        shown = card(snippet, known(snippet, result, output), self.language, verdicts)
        if self.strict and shown.failure:
            raise PluginError(shown.failure)
        if self.strict and None in shown.figures and not shown.lacks:
            raise PluginError(f"{snippet.place()}: a figure is not drawn. Run `make site`.")
        return shown
