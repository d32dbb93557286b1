"""Runs the worker from its folder: ``python src/asrun/worker …``, or a copy of that folder.

The folder must not stay on the path: its modules are none of any program's. They are loaded under
a name that no program would import.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path

PACKAGE_NAME = "asrun_worker"


def load_package(folder: Path) -> None:
    """Load the worker's package from its folder, as `NAME`."""
    spec = importlib.util.spec_from_file_location(
        PACKAGE_NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    sys.modules[PACKAGE_NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[PACKAGE_NAME])


def main(arguments: list[str]) -> None:
    """Do what the arguments say; the package's docstring lists them."""
    if arguments[0] == "--environment":
        print(json.dumps(importlib.import_module(f"{PACKAGE_NAME}.environment").describe_machine()))
    elif arguments[0] == "--batch":
        importlib.import_module(f"{PACKAGE_NAME}.batch").run_batch(int(arguments[1]), arguments[2:])
    elif arguments[0] == "--confined":
        folder, megabytes, *command = arguments[1:]
        run_sandboxed = importlib.import_module(f"{PACKAGE_NAME}.sandbox").run_sandboxed
        sys.exit(run_sandboxed(Path(folder), int(megabytes), command))
    else:
        importlib.import_module(f"{PACKAGE_NAME}.server").serve_jobs(
            int(arguments[0]), arguments[1:]
        )


if __name__ == "__main__":
    del sys.path[0]
    load_package(Path(__file__).resolve().parent)
    main(sys.argv[1:])
