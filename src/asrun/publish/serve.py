"""Serve both languages while somebody writes: save a page or a snippet, see it.

A changed snippet runs again on save; its new output is shown at once, and ``.out`` stays as it is
until ``make update``: what is watched is never written.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer

from asrun.base.errors import Location, ProjectError
from asrun.base.languages import MKDOCS_CONFIGS
from asrun.execution.result import Progress
from asrun.execution.runner import Runner
from asrun.publish.live_site import LiveSite

WATCHED_PATHS = ("docs", "snippets", *MKDOCS_CONFIGS.values())
log = logging.getLogger("mkdocs")
_POLLING_SECONDS = 0.2  # to look for changes takes a few ms; MkDocs' own half second is felt


def serve_site(
    root: Path, *, host: str, port: int, run_snippets: bool = True, progress: Progress | None = None
) -> None:
    """Serve zh at ``/`` and en at ``/en/`` until interrupted.

    Args:
        root: the project's folder.
        host: the address to listen at.
        port: the port to listen at.
        run_snippets: without it nothing runs, and outputs come from the ``.out`` files: for a
            machine without torch.
        progress: called after each run of a program.

    Raises:
        ProjectError: if another program has the port.
    """
    work_folder = Path(tempfile.mkdtemp(prefix="asrun-site-"))
    _configure_logger()
    address = f"http://{host}:{port}/"
    with Runner() as runner:
        site = LiveSite(root, address, work_folder, runner if run_snippets else None, progress)
        server = _LiveServer(site, host, port)
        try:
            site.rebuild(server.serve_folder)
            for path in WATCHED_PATHS:
                server.watch(str(root / path))
            log.info("中文：%s   English: %sen/", address, address)
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
            shutil.rmtree(work_folder, ignore_errors=True)


class _LiveServer(LiveReloadServer):
    """MkDocs' server, which shows what was saved first and the whole site afterwards.

    A request that comes while saved pages are rendered waits for them. The whole site is built in
    the main thread, which Ctrl-C interrupts; browsers load again when a page shows anything new.
    """

    def __init__(self, site: LiveSite, host: str, port: int) -> None:
        super().__init__(self._show_changes, host, port, root="", polling_interval=_POLLING_SECONDS)
        self._site = site
        self._is_rebuild_wanted = threading.Event()
        self.error_handler = self._read_error_page

    def serve_folder(self, folder: Path) -> None:
        """Serve the site in a folder from now on."""
        self.root = str(folder)

    def _show_changes(self) -> None:
        try:
            self._site.show_changes()
        finally:
            self._is_rebuild_wanted.set()

    def _build_loop(self) -> None:
        """Show changes in a thread of their own, and build the whole site after each, here."""
        threading.Thread(target=super()._build_loop, daemon=True).start()
        while True:
            self._is_rebuild_wanted.wait()
            self._is_rebuild_wanted.clear()
            try:
                is_new = self._site.rebuild(self.serve_folder)
            except Exception as error:
                if not isinstance(error, Abort):  # MkDocs has said what is wrong
                    traceback.print_exc()
                log.error("The site was not built. It is shown as it was until that is mended.")
            else:
                if is_new:
                    self._reload_browsers()

    def _reload_browsers(self) -> None:
        with self._rebuild_cond, self._epoch_cond:
            is_idle = self._visible_epoch == self._wanted_epoch
            if is_idle and not self._want_rebuild:  # else they load again in a moment anyway
                self._visible_epoch = self._wanted_epoch = max(
                    int(time.monotonic() * 1000), self._visible_epoch + 1
                )
                self._epoch_cond.notify_all()

    def _read_error_page(self, status: int) -> bytes | None:
        file = Path(self.root) / f"{status}.html"
        return file.read_bytes() if file.is_file() else None


def _configure_logger() -> None:
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
        log.setLevel(logging.INFO)
