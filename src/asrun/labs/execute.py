"""A lab's code cells, run by Jupyter, in order and once for both languages.

As a snippet does, a lab must raise nothing, warn of nothing and write nothing to stderr.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asrun.base.errors import LabError, Location
from asrun.base.files import write_atomically
from asrun.execution.cache import CACHE_FOLDER, compute_code_digest
from asrun.execution.machine import WORKER_FOLDER
from asrun.labs.lab import Lab
from asrun.snippets.imports import find_installed_versions

if TYPE_CHECKING:
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

CELL_TIMEOUT_SECONDS = 120
KERNEL_MEMORY_MEGABYTES = 2048
# The modules that decide how a lab runs, relative to the engine's folder.
_ENGINE_PATTERNS = ("labs/execute.py", "worker/*.py")
# The kernel runs this before the lab's cells. It makes figures come out as snippets' do, and keeps
# the value of a cell's last line from being shown: a script would not show it.
_SETUP_CODE = """\
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot
from IPython.display import display as _display
import os
from asrun.worker.audit_hook import install_audit_hook
from asrun.worker.program import capture_plots
install_audit_hook([os.getcwd(), os.environ["TMPDIR"]], False, lambda *_: None)
class _Shown(list):
    def append(self, svg):
        _display({"image/svg+xml": svg}, raw=True)
capture_plots(_Shown())
get_ipython().ast_node_interactivity = "none"
del capture_plots, install_audit_hook, matplotlib, os
"""
_ANSI_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_TRACEBACK_FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")


@dataclass(frozen=True)
class CellRun:
    """What a code cell printed, and the SVG of the figures that it showed."""

    output: str
    plots: tuple[str, ...] = ()


LabRun = tuple[CellRun, ...]


def run_or_load_lab(root: Path, lab: Lab) -> LabRun | LabError:
    """Return a lab's run from the cache, or else run it now; return what is wrong if that fails."""
    if cached_run := load_lab_run(root, lab):
        return cached_run
    try:
        lab_run = execute_lab(lab)
    except LabError as error:
        return error
    write_atomically(_get_cache_file(root, lab), json.dumps([asdict(cell) for cell in lab_run]))
    return lab_run


def load_lab_run(root: Path, lab: Lab) -> LabRun | None:
    """Return a lab's run if the cache has it and can be read."""
    try:
        cells = json.loads(_get_cache_file(root, lab).read_text(encoding="utf-8"))
        return tuple(CellRun(cell["output"], tuple(cell["plots"])) for cell in cells)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _get_cache_file(root: Path, lab: Lab) -> Path:
    return root / CACHE_FOLDER / "labs" / f"{compute_lab_cache_key(lab)}.json"


def compute_lab_cache_key(lab: Lab) -> str:
    """Return a hash of all that a lab's run depends on; both languages have the same."""
    code = "\0".join(cell.source for cell in lab.code_cells)
    digest = hashlib.sha256()
    for component in (
        code,
        f"{sys.version_info.major}.{sys.version_info.minor}",
        json.dumps(find_installed_versions(lab.imported_modules), sort_keys=True),
        compute_code_digest(_ENGINE_PATTERNS),
    ):
        digest.update(component.encode() + b"\0")
    return digest.hexdigest()


def execute_lab(lab: Lab) -> LabRun:
    """Run a lab's code cells in a kernel of its own, in an empty folder, in the snippets' sandbox.

    Raises:
        LabError: for the first cell that raises, writes to stderr, hangs or kills the kernel.
    """
    # Jupyter takes half a second to import, and a project's labs have mostly run before.
    import nbformat
    from nbclient import NotebookClient

    setup, *cells = (
        nbformat.v4.new_code_cell(source)
        for source in (_SETUP_CODE, *(cell.source for cell in lab.code_cells))
    )
    with tempfile.TemporaryDirectory(prefix="asrun-lab-") as folder_name:
        folder = Path(folder_name).resolve()
        client = NotebookClient(
            nbformat.v4.new_notebook(cells=[setup, *cells]),
            km=_make_sandboxed_manager(folder),
            extra_arguments=["--log-level=ERROR"],
            allow_errors=False,
            resources={"metadata": {"path": str(folder)}},
        )
        # One thread, as programs have: threads that wait for each other take minutes where other
        # work keeps the cores busy.
        environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        # The client ends only kernels of its own manager, unless it is told to.
        with client.setup_kernel(cleanup_kc=True, env=environment):
            client.execute_cell(setup, 0, store_history=False)
            client.timeout = CELL_TIMEOUT_SECONDS  # now, since the set-up may take longer
            return tuple(
                _execute_cell(client, lab, number, cell) for number, cell in enumerate(cells)
            )


def _make_sandboxed_manager(folder: Path) -> AsyncKernelManager:
    """Return a manager whose kernel the worker starts in its sandbox.

    Args:
        folder: an empty one, for the kernel's files.
    """
    from jupyter_client.manager import AsyncKernelManager

    for name in ("empty", "tmp", "sockets"):
        (folder / name).mkdir()
    # Kernel and client talk over sockets in a folder that this user alone can open. The sandbox
    # would keep the kernel from ports.
    manager = AsyncKernelManager(
        kernel_name="python3", transport="ipc", ip=str(folder / "sockets" / "kernel")
    )
    assert manager.kernel_spec is not None
    _, *kernel_arguments = manager.kernel_spec.argv
    sandbox_command = [sys.executable, str(WORKER_FOLDER), "--confined", str(folder)]
    manager.kernel_spec.argv = [
        *sandbox_command,
        str(KERNEL_MEMORY_MEGABYTES),
        sys.executable,
        *kernel_arguments,
    ]
    return manager


def _execute_cell(
    client: NotebookClient, lab: Lab, number: int, cell: nbformat.NotebookNode
) -> CellRun:
    """Run one code cell, counted from 0, and return what it did.

    Raises:
        LabError: if it raises, writes to stderr, hangs or kills the kernel.
    """
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        client.execute_cell(cell, number + 1)
    except CellExecutionError as error:
        raise _make_cell_error(lab, number, str(error)) from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise LabError(
            lab.locate_line(lab.code_cells[number].line),
            f"code cell {number + 1}: {type(error).__name__}",
            f"A cell has {CELL_TIMEOUT_SECONDS} s and must leave its kernel alive.",
        ) from error
    return _collect_cell_run(lab, number, cell.outputs)


def _collect_cell_run(lab: Lab, number: int, outputs: list[nbformat.NotebookNode]) -> CellRun:
    text, plots = "", []
    location = lab.locate_line(lab.code_cells[number].line)
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            text += output.text
        elif output.output_type == "stream":
            raise LabError(
                location,
                f"code cell {number + 1} writes to stderr: {output.text.strip()}",
                "Print to stdout what readers should see, and mend the rest.",
            )
        elif "image/svg+xml" in output.get("data", {}):
            plots.append(output.data["image/svg+xml"])
        else:
            raise LabError(
                location,
                f"code cell {number + 1} ends in a value that a script would not show",
                "Print it.",
            )
    return CellRun(text, tuple(plots))


def _make_cell_error(lab: Lab, number: int, traceback_text: str) -> LabError:
    """Return the error of a code cell that raised, located at the line of the lab that did it."""
    plain_text = _ANSI_ESCAPE.sub("", traceback_text)
    frames = [(int(cell), int(line)) for cell, line in _TRACEBACK_FRAME.findall(plain_text)]
    cell, line = frames[-1] if frames else (number + 1, 1)
    last_line = plain_text.strip().splitlines()[-1]
    return LabError(
        Location(lab.path, lab.code_cells[cell - 1].line + line - 1),
        f"code cell {number + 1} raised {last_line}",
        "A lab runs from top to bottom without an error.",
    )
