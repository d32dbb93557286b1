"""Runs the worker from its folder, ``python src/asrun/worker …``, or from a copy of that folder.

Python puts the folder of such a script on ``sys.path``, where programs would find the worker's
modules as ``server`` or ``style``. So the folder is taken off the path, and the package is loaded
from it under a name that no program imports.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

PACKAGE_NAME = "asrun_worker"


def load_package(folder: Path) -> None:
    """Load this folder as a package named `PACKAGE_NAME`."""
    spec = importlib.util.spec_from_file_location(
        PACKAGE_NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    sys.modules[PACKAGE_NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[PACKAGE_NAME])


def main(arguments: list[str]) -> None:
    """Do what the arguments say; the package's docstring lists them.

    Each command imports what it needs: a sandboxed command is not to wait for the server's code.
    """
    match arguments:
        case ["--environment"]:
            from .environment import describe_machine

            print(json.dumps(describe_machine()))
        case ["--batch", slots, *modules]:
            from .batch import run_batch

            run_batch(int(slots), modules)
        case ["--confined", folder, megabytes, *command]:
            from .sandbox import run_sandboxed

            sys.exit(run_sandboxed(Path(folder), int(megabytes), command))
        case [slots, *modules]:
            from .server import serve_jobs

            serve_jobs(int(slots), modules)
        case []:
            sys.exit("worker: no command; its __init__.py lists them")


if __name__ == "__main__":
    del sys.path[0]
    load_package(Path(__file__).resolve().parent)
    # The relative imports above are resolved with these two, as if this module were in the package.
    __package__ = PACKAGE_NAME
    __spec__ = importlib.util.spec_from_file_location(f"{PACKAGE_NAME}.__main__", __file__)
    main(sys.argv[1:])
