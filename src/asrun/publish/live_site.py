"""The site as `asrun serve` shows it: pages that were saved at once, everything else soon after.

Two things take place after a save. `LiveSite.show_changes` renders the saved pages, and those that
show a saved program, with what MkDocs left from the last build of the whole site. Then
`LiveSite.rebuild` builds the whole site into another folder, and shows that: new pages, lists,
the search, the navigation. A page that was saved while it was at work is rendered again before
its site is shown, so that nobody sees an old page after the new one.
"""

from __future__ import annotations

import filecmp
import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mkdocs.commands.build import _build_page, _populate_page, build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.pages import Page

from asrun.base.errors import AsrunError
from asrun.base.git import read_history
from asrun.base.languages import LANGUAGES, MKDOCS_CONFIGS
from asrun.execution.cache import CACHE_FOLDER, Cache, collect_results
from asrun.execution.result import Progress, Result
from asrun.execution.runner import Runner
from asrun.project.project import Project, load_project
from asrun.project.runs import check_project
from asrun.publish.inputs import BuildInputs
from asrun.publish.page_store import PageStore
from asrun.publish.plugin import AsrunPlugin
from asrun.publish.stamp import compute_environment_digest

log = logging.getLogger("mkdocs")


@dataclass(frozen=True)
class _BuiltSite:
    """A whole site as built last, with what MkDocs needs to render one of its pages again."""

    folder: Path
    inputs: BuildInputs
    configs: Mapping[str, MkDocsConfig]

    def get_plugin(self, language: str) -> AsrunPlugin:
        plugin = self.configs[language].plugins["asrun"]
        assert isinstance(plugin, AsrunPlugin)
        return plugin


class LiveSite:
    """A site in a folder of its own, which follows the files of a project.

    One thread may call `rebuild` while another calls `show_changes`.
    """

    def __init__(
        self,
        root: Path,
        address: str,
        work_folder: Path,
        runner: Runner | None,
        progress: Progress | None = None,
    ) -> None:
        """Build nothing yet.

        Args:
            root: the project's folder.
            address: where the site is served, such as ``http://127.0.0.1:8000/``.
            work_folder: gets a folder for each build, and the notebooks of labs.
            runner: runs the programs that changed; None to show ``.out`` files alone.
            progress: called after each run of a rebuild.
        """
        self._root = root
        self._address = address
        self._work_folder = work_folder
        self._runner = runner
        self._progress = progress
        self._built: _BuiltSite | None = None
        self._old_folder: Path | None = None
        self._build_count = 0
        self._lock = threading.Lock()  # held to change what is shown
        self._runner_lock = threading.Lock()  # held to run programs
        self._uris_saved_since: set[str] = set()

    def rebuild(self, show: Callable[[Path], None]) -> bool:
        """Check the project and build the whole site; return whether a page shows anything new.

        What is wrong is logged; what a page can show of it, it shows.

        Args:
            show: called with the folder of the new site. That of the old one stays until the next
                build: a request may be reading from it.
        """
        with self._lock:
            self._uris_saved_since = set()
        built = self._build_site(self._make_inputs())
        with self._lock:
            old = self._built
            if old is not None and self._uris_saved_since:
                built = replace(built, inputs=old.inputs)
                self._render_pages(built, self._uris_saved_since)
            self._built = built
            is_new = old is None or not _have_same_pages(old.folder, built.folder)
            show(built.folder)
        if self._old_folder is not None:
            shutil.rmtree(self._old_folder, ignore_errors=True)
        self._old_folder = old.folder if old is not None else None
        return is_new

    def show_changes(self) -> None:
        """Render the pages that were saved, and those that show a program that was saved."""
        built = self._built
        if built is None:
            return
        project = load_project(self._root)
        results = self._run_changed_snippets(built.inputs, project)
        with self._lock:
            built = self._built or built  # a rebuild may have ended meanwhile
            uris = _find_changed_uris(built.inputs.project, project)
            built = replace(built, inputs=replace(built.inputs, project=project, results=results))
            self._uris_saved_since |= uris
            self._built = built
            self._render_pages(built, uris)

    def _make_inputs(self) -> BuildInputs:
        history, notebooks = read_history(self._root), self._work_folder / "notebooks"
        if self._runner is None:
            return BuildInputs(load_project(self._root), None, None, history, notebooks)
        with self._runner_lock:
            checked = check_project(self._root, self._runner, self._progress)
            # Started now, they have imported torch by the time that a program is saved.
            self._runner.start_servers(checked.project.snippets.values())
        for problem in checked.problems:
            log.warning("%s", problem)
        return BuildInputs(checked.project, checked.results, checked.labs, history, notebooks)

    def _run_changed_snippets(
        self, inputs: BuildInputs, project: Project
    ) -> Mapping[str, Result] | None:
        """Return all results, after a run of the snippets that changed."""
        if self._runner is None or inputs.results is None:
            return None
        changed = [
            snippet
            for name, snippet in project.snippets.items()
            if snippet != inputs.project.snippets.get(name)
        ]
        if not changed:
            return inputs.results
        with self._runner_lock:
            cache = Cache(self._root / CACHE_FOLDER)
            return {**inputs.results, **collect_results(changed, cache, self._runner)}

    def _build_site(self, inputs: BuildInputs) -> _BuiltSite:
        self._build_count += 1
        folder = self._work_folder / f"site-{self._build_count}"
        environment = compute_environment_digest(self._root, MKDOCS_CONFIGS.values())
        configs = {}
        for language, name in MKDOCS_CONFIGS.items():  # zh first: it empties the folder of both
            language_folder = "" if language == "zh" else f"{language}/"
            config = load_config(
                config_file=str(self._root / name),
                site_dir=str(folder / language_folder),
                site_url=self._address + language_folder,
            )
            plugin = config.plugins["asrun"]
            assert isinstance(plugin, AsrunPlugin)
            plugin.serving = True
            store_folder = self._root / CACHE_FOLDER / "pages-served" / language
            plugin.use_inputs(inputs, PageStore(store_folder, environment))
            log.debug("Building %s", language)
            build(config)
            configs[language] = config
        return _BuiltSite(folder, inputs, configs)

    def _render_pages(self, built: _BuiltSite, uris: set[str]) -> None:
        """Write some pages of a built site again, in both languages, with their other forms.

        A page that cannot be rendered stays as it was, and the log says why.
        """
        for language in LANGUAGES if uris else ():
            config, plugin = built.configs[language], built.get_plugin(language)
            plugin.take_inputs(built.inputs)
            if plugin.reuse:
                plugin.reuse.forget_nav()
            for uri in sorted(uris):
                file = plugin.files.get_file_from_path(uri)
                if file is not None and file.page is not None:  # a new page comes with the site
                    _render_page(file.page, config, plugin)
            plugin.build.write_files(Path(config.site_dir))


def _render_page(page: Page, config: MkDocsConfig, plugin: AsrunPlugin) -> None:
    files = plugin.files
    vars(page).pop("render", None)  # what `PageReuse` put there last time
    try:
        _populate_page(page, config, files)
        _build_page(page, config, files.documentation_pages(), plugin.nav, plugin.env)
    except (AsrunError, BuildError) as error:
        log.warning("%s", error)


def _find_changed_uris(old: Project, new: Project) -> set[str]:
    """Return the pages whose text changed, or that show a snippet that did."""
    old_sources = {(page.language, page.uri): page.source for page in old.pages}
    uris = {
        page.uri for page in new.pages if page.source != old_sources.get((page.language, page.uri))
    }
    pages_by_snippet = new.group_pages_by_snippet()
    for name, snippet in new.snippets.items():
        is_same_output = old.expected_outputs.get(name) == new.expected_outputs.get(name)
        if snippet != old.snippets.get(name) or not is_same_output:
            uris |= {page.uri for page in pages_by_snippet.get(name, ())}
    return uris


def _have_same_pages(first: Path, second: Path) -> bool:
    names = [_list_pages(folder) for folder in (first, second)]
    return names[0] == names[1] and all(
        filecmp.cmp(first / name, second / name, shallow=False) for name in names[0]
    )


def _list_pages(folder: Path) -> list[Path]:
    return sorted(_walk_pages(folder))


def _walk_pages(folder: Path) -> Iterator[Path]:
    return (file.relative_to(folder) for file in folder.rglob("*.html"))
