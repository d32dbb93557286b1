"""The process that builds the sites with MkDocs: `python -m asrun.publish.builder`.

It imports MkDocs, the theme and the extensions while the programs still run, then reads its
`BuildOrder` from stdin (a pickle, from the process that started it) and forks: one child for each
language. A child's words go to a file; those of a child that fails are printed.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pickle
import shutil
import sys
import traceback
import warnings
from pathlib import Path
from types import ModuleType

from asrun.base.languages import MKDOCS_CONFIGS
from asrun.publish.inputs import BuildOrder
from asrun.publish.offline import write_archive
from asrun.publish.page_store import PageStore
from asrun.publish.version import update_version_file

BUILT_LINE = "built"  # said when all but the archive is there
MKDOCS_FAILED = 3  # the exit status; any other but 0 is a fault of this module
# What mkdocs-jupyter needs to render a lab takes over a second to import, and is then imported.
_LAZY_MODULES = ("jupytext", "mkdocs_jupyter.convert")
_PRELOADED_MODULES = ("mkdocs.commands.build", "material.plugins.search.plugin")


def main() -> int:
    """Import, wait for the order, build; return the exit status."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    warnings.simplefilter("ignore", UserWarning)  # jieba imports pkg_resources; the lock knows
    for name in _LAZY_MODULES:
        _import_lazily(name)
    for name in _PRELOADED_MODULES:
        importlib.import_module(name)
    import asrun.publish.plugin  # noqa: F401

    request = sys.stdin.buffer.read()
    if not request:
        return 0  # there is nothing to build
    order: BuildOrder = pickle.loads(request)  # noqa: S301 - our own parent's
    gc.freeze()  # a child's collection leaves what it inherits alone
    children = {_fork_build(order, language): language for language in MKDOCS_CONFIGS}
    failed_languages = []
    while children:
        child, status = os.wait()
        language = children.pop(child)
        if status:
            failed_languages.append(language)
    for language in MKDOCS_CONFIGS:
        if language in failed_languages:
            sys.stderr.write(_get_log_file(order, language).read_text(encoding="utf-8"))
    if failed_languages:
        return MKDOCS_FAILED
    shutil.move(order.site_folder / "en", order.site_folder / "zh" / "en")
    site = order.site_folder / "zh"
    update_version_file(site, order.version_json)
    print(BUILT_LINE, flush=True)  # noqa: T201 - who waits for it counts the blocks meanwhile
    write_archive(site)
    return 0


def _get_log_file(order: BuildOrder, language: str) -> Path:
    return order.site_folder / f"{language}.log"


def _fork_build(order: BuildOrder, language: str) -> int:
    """Start the build of one language in a child; return its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        log = os.open(_get_log_file(order, language), os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        status = build_language(order, language)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def build_language(order: BuildOrder, language: str) -> int:
    """Build one language strictly, as ``mkdocs build --strict`` does; return an exit status."""
    from mkdocs.__main__ import State
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, ConfigurationError

    from asrun.publish.plugin import AsrunPlugin

    state = State(level=logging.INFO)  # the handler that gives messages MkDocs' usual form
    try:
        config = load_config(
            str(order.root / MKDOCS_CONFIGS[language]),
            strict=True,
            site_dir=str(order.site_folder / language),
        )
        plugin = config.plugins["asrun"]
        assert isinstance(plugin, AsrunPlugin)
        plugin.use_inputs(order.inputs, PageStore(order.store_folder / language, order.environment))
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except (Abort, ConfigurationError) as error:
        error.show()
        return MKDOCS_FAILED
    finally:
        state.logger.removeHandler(state.stream)
    return 0


def _import_lazily(name: str) -> None:
    """Let a module be imported when something of it is first used.

    `importlib.util.LazyLoader` does not do: ``from package import module`` would import it.
    """
    placeholder = ModuleType(name)

    def load_attribute(attribute: str) -> object:
        if sys.modules.get(name) is placeholder:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    placeholder.__dict__["__getattr__"] = load_attribute  # as PEP 562 has it
    sys.modules[name] = placeholder


if __name__ == "__main__":
    sys.exit(main())
