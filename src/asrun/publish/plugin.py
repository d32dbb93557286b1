"""The MkDocs plugin: it translates MkDocs' events into calls of `LanguageBuild`.

Pages go in as written and come out expanded. The plugin runs no program: it shows the results that
it was given, else what the cache and the ``.out`` files hold, so that a site can be built where
torch is not installed. A strict build accepts no figure that is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape, unescape
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc
from mkdocs.utils.templates import TemplateContext

from asrun.base.errors import AsrunError
from asrun.base.git import read_history
from asrun.base.languages import LANGUAGES
from asrun.base.messages import UI_MESSAGES
from asrun.execution.cache import CACHE_FOLDER, Cache
from asrun.project.project import load_project
from asrun.publish.content import ContentSource
from asrun.publish.html import mark_outputs
from asrun.publish.inputs import BuildInputs
from asrun.publish.language_build import LanguageBuild
from asrun.publish.machine_files import PageSummary
from asrun.publish.offline import ARCHIVE_NAME
from asrun.publish.page_store import PageStore
from asrun.publish.reuse import PageReuse
from asrun.publish.security_policy import insert_policy
from asrun.publish.translations import list_translations, make_translation_url


class AsrunConfig(Config):
    """The plugin's options in ``mkdocs.yml``."""

    #: The folder, relative to the project, that keeps the results of runs.
    cache = Type(str, default=CACHE_FOLDER)


class AsrunPlugin(BasePlugin[AsrunConfig]):
    """Shows snippets as they ran. One instance builds one language, once or again and again."""

    inputs: BuildInputs | None = None
    page_store: PageStore | None = None
    # MkDocs' live server adds a script to each page, another one each time: no policy can allow it.
    serving = False

    def use_inputs(self, inputs: BuildInputs, page_store: PageStore | None = None) -> None:
        """Show these inputs from now on, and use again what a store has of the pages.

        Without inputs, each build reads the project, the cache and git itself.
        """
        self.inputs = inputs
        self.page_store = page_store

    def on_config(self, config: MkDocsConfig) -> None:
        """Find the project and its language."""
        self.root = Path(config.config_file_path).parent
        self.language = config.theme["language"]
        self.repository_url = (config.repo_url or "").rstrip("/")

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Take the inputs, or read the project: a file may have changed since the last build."""
        cache_folder = self.root / self.config.cache
        self.take_inputs(
            self.inputs
            or BuildInputs(
                load_project(self.root), None, None, read_history(self.root), cache_folder
            ),
            config.strict,
        )

    def take_inputs(self, inputs: BuildInputs, is_strict: bool = False) -> None:
        """Show these inputs from the next page on."""
        cache = Cache(self.root / self.config.cache)
        content = ContentSource(
            inputs.project, self.language, cache, inputs.results, inputs.lab_runs, is_strict
        )
        self.build = LanguageBuild(
            inputs.project, self.language, content, inputs.history, self.repository_url
        )
        self.work_folder = inputs.work_folder

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Point MkDocs' files of the labs at the notebooks of their runs.

        mkdocs-jupyter has recognized the labs by now, and renders whatever file it is pointed at.
        """
        self.files = files
        self.nav = nav
        for uri, lab in self.build.labs.items():
            with _reporting_to_mkdocs():
                path = self.build.write_lab_notebook(lab, self.work_folder)
            lab_file = files.get_file_from_path(uri)
            assert lab_file is not None
            lab_file.abs_src_path = str(path)
        self.reuse = PageReuse(self.page_store, config, files) if self.page_store else None
        if self.reuse:
            self.reuse.reuse_search_entries(config)
        return nav

    @event_priority(-100)  # after mkdocs-jupyter, which gives the page of a lab its own `render`
    def on_pre_page(self, page: MkDocsPage, *, config: MkDocsConfig, files: Files) -> MkDocsPage:
        """Let a page be used again as it was rendered last, if there is a store of pages."""
        if self.reuse:
            self.reuse.reuse_content(page)
        return page

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Let the templates use whole pages again, if there is a store of pages."""
        self.env = self.reuse.reuse_pages(env, self.nav) if self.reuse else env
        return self.env

    def on_page_read_source(self, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Give MkDocs the expanded page, and the site map the date of its last change."""
        uri = page.file.src_uri
        if last_change := self.build.find_last_change(uri):
            page.update_date = last_change.date  # MkDocs' default is the day of the build
        if uri in self.build.labs:
            return ""  # mkdocs-jupyter reads the notebook itself
        if uri not in self.build.pages:
            return None
        with _reporting_to_mkdocs():
            return self.build.expand_page(self.build.pages[uri])

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Mark up outputs as such, and fit a lab's HTML to the site."""
        lab = self.build.labs.get(page.file.src_uri)
        if lab is not None:

            def resolve_link(uri: str) -> str | None:
                file = self.files.get_file_from_path(uri)
                return file.url_relative_to(page.file) if file else None

            with _reporting_to_mkdocs():
                fitted = self.build.fit_lab(lab, html, resolve_link)
            page.toc = get_toc(fitted.toc)  # type: ignore[arg-type]
            page.meta["description"] = fitted.description
            html = fitted.html
        return mark_outputs(html, UI_MESSAGES[self.language]["error"])

    def on_page_context(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give the theme what it says of a page; ``docs/theme/main.html`` uses each name."""
        uri, path_to_root = page.file.src_uri, _get_path_to_root(page)
        translations = list_translations(
            self.language, path_to_root, page.url, page.canonical_url or None
        )
        (counterpart,) = (entry for entry in translations if entry.language != self.language)
        values = {
            "translations": translations,
            "last_change": self.build.find_last_change(uri),
            "source_path": self.build.get_source_path(uri),
            "stale_banner": self.build.render_stale_banner(uri, counterpart.url),
        }
        if config.strict:  # the archive is written when both languages were built strictly
            values["archive_url"] = make_translation_url(
                self.language, path_to_root, ARCHIVE_NAME, LANGUAGES[0]
            )
        if description := page.meta.get("description"):
            page.meta["description"] = escape(str(description))  # the theme does not escape it
        context.update(values)  # type: ignore[typeddict-item]
        return context

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Lead the page for 404, which has no counterpart, to the home of each language."""
        root = urlsplit(config.site_url or "/").path
        context["translations"] = list_translations(self.language, root, "")  # type: ignore[typeddict-unknown-key]
        return context

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Put the security policy into a page."""
        return output if self.serving else insert_policy(output)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Put the security policy into the page for 404."""
        is_page = template_name.endswith(".html")
        return insert_policy(output_content) if is_page and not self.serving else output_content

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Publish the other forms of the pages and programs beside the HTML."""
        summaries = [
            PageSummary(
                str(page.title),
                page.file.src_uri,
                unescape(str(page.meta.get("description", ""))),  # escaped for the theme, above
            )
            for page in self.nav.pages
        ]
        with _reporting_to_mkdocs():
            self.build.add_site_files(config.site_name, str(config.site_description), summaries)
        self.build.write_files(Path(config.site_dir))


def _get_path_to_root(page: MkDocsPage) -> str:
    """Return the relative URL of the root of a page's language."""
    return "../" * len(PurePosixPath(page.url).parts)


@contextmanager
def _reporting_to_mkdocs() -> Iterator[None]:
    """Turn our errors into MkDocs' own, which it reports in one line and without a traceback."""
    try:
        yield
    except AsrunError as error:
        raise PluginError(str(error)) from error
