"""Serve both languages while somebody writes: save a page or a snippet, see it.

A changed snippet runs again on save; its new output is shown at once, and ``.out`` stays as it is
until ``make update``: what is watched is never written.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer

from asrun.base.errors import Location, ProjectError
from asrun.base.git import read_history
from asrun.base.languages import MKDOCS_CONFIGS, get_url_root
from asrun.execution.cache import CACHE_FOLDER
from asrun.execution.result import Progress
from asrun.execution.runner import Runner
from asrun.project.runs import check_project
from asrun.publish.inputs import BuildInputs
from asrun.publish.plugin import AsrunPlugin

WATCHED_PATHS = ("docs", "snippets", *MKDOCS_CONFIGS.values())


def serve_site(
    root: Path, *, host: str, port: int, run_snippets: bool = True, progress: Progress | None = None
) -> None:
    """Serve zh at ``/`` and en at ``/en/`` until interrupted.

    ``run=False`` runs nothing: outputs come from the ``.out`` files, for a machine without torch.
    """
    site_folder = Path(tempfile.mkdtemp(prefix="asrun-site-"))
    log = _configure_logger()
    with Runner() as runner:

        def rebuild_site() -> None:
            checked_project = None
            if run_snippets:
                checked_project = check_project(root, runner, progress)
                for problem in checked_project.problems:
                    log.warning("%s", problem)
            for language, config in _load_configs(root, site_folder, host, port).items():
                plugin = config.plugins["asrun"]
                assert isinstance(plugin, AsrunPlugin)
                plugin.serving = True
                if checked_project is not None:
                    plugin.use_inputs(
                        BuildInputs(
                            checked_project.project,
                            checked_project.results,
                            checked_project.labs,
                            read_history(root),
                            root / CACHE_FOLDER,
                        )
                    )
                log.debug("Building %s", language)
                build(config)

        server = LiveReloadServer(rebuild_site, host, port, str(site_folder))
        server.error_handler = lambda code: _read_error_page(site_folder, code)
        try:
            rebuild_site()
            for path in WATCHED_PATHS:
                server.watch(str(root / path))
            log.info("中文：http://%s:%d/   English: http://%s:%d/en/", host, port, host, port)
            server.serve()
        except OSError as error:
            raise ProjectError(
                Location(MKDOCS_CONFIGS["zh"]),
                f"cannot listen on {host}:{port}: {error.strerror}",
                "Choose another port: `make serve PORT=8001`.",
            ) from error
        except KeyboardInterrupt:
            log.info("Stopped.")
        finally:
            server.shutdown()
            shutil.rmtree(site_folder, ignore_errors=True)


def _load_configs(root: Path, site_folder: Path, host: str, port: int) -> dict[str, MkDocsConfig]:
    """Load each language's configuration afresh; building zh first empties the folder of both."""
    configs = {}
    for language, name in MKDOCS_CONFIGS.items():
        url_root = get_url_root(language)
        config = load_config(
            config_file=str(root / name),
            site_dir=str(site_folder / url_root),
            site_url=f"http://{host}:{port}/{url_root}",
        )
        configs[language] = config
    return configs


def _read_error_page(site_folder: Path, status: int) -> bytes | None:
    file = site_folder / f"{status}.html"
    return file.read_bytes() if file.is_file() else None


def _configure_logger() -> logging.Logger:
    log = logging.getLogger("mkdocs")
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
    return log
