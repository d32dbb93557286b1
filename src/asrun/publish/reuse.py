"""Pages as the last build made them, used again where MkDocs would make the same ones.

MkDocs keeps nothing from one build to the next. Here it is given objects that look into a
`PageStore` first: each page's ``render`` (Markdown to HTML), the templates (HTML to a whole page)
and the search index (HTML to entries). Every event of every plugin still takes place.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc
from mkdocs.utils import CountHandler

from asrun.publish.page_store import PageStore, compute_key

_SEARCH_PLUGINS = ("material/search", "search")
# What MkDocs puts into every page's context: the digests below say what of it decides a page.
_COMMON_CONTEXT = frozenset(("nav", "pages", "config", "page", "build_date_utc"))


class PageReuse:
    """The store as one build of one language uses it."""

    def __init__(self, store: PageStore, config: MkDocsConfig, files: Files) -> None:
        self.store = store
        self.files = files
        file_uris = sorted((file.src_uri, file.url) for file in files)
        self.build_key = compute_key(
            config.site_url, config.repo_url, config.strict, config.theme["language"], file_uris
        )
        self._nav_key: str | None = None

    def reuse_search_entries(self, config: MkDocsConfig) -> None:
        """Let the search index take a page's entries from the store.

        To make them, Chinese is cut into words, for which a dictionary of half a second is loaded.
        """
        plugin: Any = next(
            (config.plugins[n] for n in _SEARCH_PLUGINS if n in config.plugins), None
        )
        index: Any = getattr(plugin, "search_index", None)
        if not isinstance(getattr(index, "entries", None), list):
            return  # another plugin's index: it is built as ever
        add_entries = index.add_entry_from_context

        def add_or_reuse_entries(page: Page) -> None:
            uri = page.file.src_uri
            key = compute_key(page.content, _list_toc(page), page.meta, page.title, page.url)
            entries = self.store.load_value("search", uri, key)
            if entries is None:
                count = len(index.entries)
                add_entries(page)
                self.store.save_value("search", uri, key, index.entries[count:])
            else:
                index.entries += entries

        index.add_entry_from_context = add_or_reuse_entries

    def reuse_content(self, page: Page) -> None:
        """Let a page take its HTML, and what else MkDocs reads from it, from the store.

        A page that is rendered with a warning is not kept: the warning must come each time.
        """
        render = page.render

        def render_or_reuse(config: MkDocsConfig, files: Files) -> None:
            uri = page.file.src_uri
            source = Path(page.file.abs_src_path or "").read_bytes()  # a lab: its run's notebook
            title = vars(page).get("title")
            key = compute_key(self.build_key, page.markdown, page.meta, title, source)
            content = self.store.load_value("content", uri, key)
            if content is None:
                with _counting_warnings() as counter:
                    render(config, files)
                if not counter.get_counts():
                    self.store.save_value("content", uri, key, _read_content(page))
            else:
                _apply_content(page, content, files)

        page.render = render_or_reuse  # type: ignore[method-assign]

    def reuse_pages(self, env: Environment, nav: Navigation) -> Environment:
        """Return the templates as ones that take whole pages from the store.

        Compiled templates are kept beside the pages.
        """
        folder = self.store.folder / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        env.bytecode_cache = FileSystemBytecodeCache(str(folder))
        return cast("Environment", _ReusingEnvironment(env, self, nav))

    def forget_nav(self) -> None:
        """Read the navigation again: a page of it is about to change."""
        self._nav_key = None

    def get_nav_key(self, nav: Navigation) -> str:
        """Return a digest of the navigation, once all pages have been read."""
        if self._nav_key is None:
            self._nav_key = compute_key([_describe_nav_item(item) for item in nav.items])
        return self._nav_key


class _ReusingEnvironment:
    """An environment whose templates render a page only if the store does not have it.

    Templates are compiled when the first one renders.
    """

    def __init__(self, env: Environment, reuse: PageReuse, nav: Navigation) -> None:
        self._env = env
        self._reuse = reuse
        self._nav = nav

    def get_template(self, name: str) -> Any:
        """Return a template of the theme."""
        return _ReusingTemplate(self._env, name, self._reuse, self._nav)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)


class _ReusingTemplate:
    def __init__(self, env: Environment, name: str, reuse: PageReuse, nav: Navigation) -> None:
        self._env = env
        self._name = name
        self._reuse = reuse
        self._nav = nav

    def render(self, context: dict[str, Any]) -> str:
        """Return the text of a page or of another file, such as the site map."""
        page: Page | None = context.get("page")
        if page is None:
            return self._env.get_template(self._name).render(context)
        reuse, uri = self._reuse, page.file.src_uri
        own_context = {
            name: value for name, value in context.items() if name not in _COMMON_CONTEXT
        }
        key = compute_key(
            reuse.build_key,
            reuse.get_nav_key(self._nav),
            self._name,
            sorted(own_context.items()),
            _describe_page(page),
            page.content,
            _list_toc(page),
        )
        html = reuse.store.load_value("html", uri, key)
        if html is None:
            html = self._env.get_template(self._name).render(context)
            reuse.store.save_value("html", uri, key, html)
        return str(html)


@contextmanager
def _counting_warnings() -> Iterator[CountHandler]:
    counter = CountHandler()
    counter.setLevel(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(counter)
    try:
        yield counter
    finally:
        logger.removeHandler(counter)


def _read_content(page: Page) -> dict[str, Any]:
    """Return what `Page.render` left in a page, as JSON has it."""
    links = page.links_to_anchors
    ids = page.present_anchor_ids
    return {
        "html": page.content,
        "toc": _list_toc(page),
        "title": vars(page).get("title"),
        "rendered title": page._title_from_render,
        "ids": None if ids is None else sorted(ids),
        "links": None if links is None else [[f.src_uri, anchors] for f, anchors in links.items()],
    }


def _apply_content(page: Page, content: dict[str, Any], files: Files) -> None:
    """Leave in a page what `Page.render` left when its content was kept."""
    page.content = content["html"]
    page.toc = get_toc(content["toc"])
    if content["title"] is not None:
        page.title = content["title"]
    page._title_from_render = content["rendered title"]
    page.present_anchor_ids = None if content["ids"] is None else set(content["ids"])
    if content["links"] is not None:
        linked_files = ((files.get_file_from_path(uri), links) for uri, links in content["links"])
        page.links_to_anchors = {file: links for file, links in linked_files if file}


def _list_toc(page: Page) -> list[dict[str, Any]]:
    """Return a table of contents as `mkdocs.structure.toc.get_toc` takes it."""

    def make_token(link: AnchorLink) -> dict[str, Any]:
        children = [make_token(child) for child in link.children]
        return {"name": link.title, "id": link.id, "level": link.level, "children": children}

    return [make_token(link) for link in page.toc]


def _describe_page(page: Page) -> tuple[object, ...]:
    urls = (page.url, page.canonical_url, page.edit_url, page.file.src_uri)
    return (*urls, str(page.title), page.meta, page.update_date, page.is_homepage)


def _describe_nav_item(item: Any) -> tuple[object, ...]:
    """Return what a theme can show of an entry of the navigation."""
    if item.is_page:
        return _describe_page(item)
    if item.is_link:
        return (item.title, item.url)
    return (item.title, [_describe_nav_item(child) for child in item.children])
