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

from asrun.errors import Place, ProjectError
from asrun.nav import CONFIGS
from asrun.plugin import AsrunPlugin
from asrun.runner import Progress, Runner
from asrun.site import check

WATCHED = ("docs", "snippets", *CONFIGS.values())


def serve(
    root: Path, *, host: str, port: int, run: bool = True, progress: Progress | None = None
) -> None:
    """Serve zh at ``/`` and en at ``/en/`` until interrupted.

    ``run=False`` runs nothing: outputs come from the ``.out`` files, for a machine without torch.
    """
    site = Path(tempfile.mkdtemp(prefix="asrun-site-"))
    log = _log()
    with Runner() as runner:

        def builder() -> None:
            checked = None
            if run:
                checked = check(root, runner, progress)
                for problem in checked.problems:
                    log.warning("%s", problem)
            for language, config in _configs(root, site, host, port).items():
                plugin = config.plugins["asrun"]
                assert isinstance(plugin, AsrunPlugin)
                plugin.live = True
                if checked is not None:
                    plugin.show(checked.results, checked.labs)
                log.debug("Building %s", language)
                build(config)

        server = LiveReloadServer(builder, host, port, str(site))
        server.error_handler = lambda code: _error_page(site, code)
        try:
            builder()
            for path in WATCHED:
                server.watch(str(root / path))
            log.info("中文：http://%s:%d/   English: http://%s:%d/en/", host, port, host, port)
            server.serve()
        except OSError as error:
            raise ProjectError(
                Place(CONFIGS["zh"]),
                f"cannot listen on {host}:{port}: {error.strerror}",
                "Choose another port: `make serve PORT=8001`.",
            ) from error
        except KeyboardInterrupt:
            log.info("Stopped.")
        finally:
            server.shutdown()
            shutil.rmtree(site, ignore_errors=True)


def _configs(root: Path, site: Path, host: str, port: int) -> dict[str, MkDocsConfig]:
    """Load each language's configuration afresh; building zh first empties the folder of both."""
    configs = {}
    for language, name in CONFIGS.items():
        folder = "" if language == "zh" else f"{language}/"
        config = load_config(
            config_file=str(root / name),
            site_dir=str(site / folder),
            site_url=f"http://{host}:{port}/{folder}",
        )
        configs[language] = config
    return configs


def _error_page(site: Path, code: int) -> bytes | None:
    page = site / f"{code}.html"
    return page.read_bytes() if page.is_file() else None


def _log() -> logging.Logger:
    log = logging.getLogger("mkdocs")
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
    return log
