"""The kernel: a lab's code cells, run once in order by Jupyter, for both languages.

A lab must do what a snippet does: raise nothing, warn of nothing, write nothing to stderr.
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
from asrun.execution.runner import WORKER_FOLDER
from asrun.labs.lab import Lab
from asrun.snippets.imports import find_installed_versions

if TYPE_CHECKING:
    import nbformat

CELL_TIMEOUT_SECONDS = 120  # seconds a cell
KERNEL_MEMORY_MEGABYTES = 2048
# Run in the kernel before the lab: figures come as snippets' do, and as in a script the value of
# a cell's last line is not shown.
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
    """Return a lab's run, from the cache or else made now; or what is wrong with it."""
    cache_file = root / CACHE_FOLDER / "labs" / f"{compute_lab_cache_key(lab)}.json"
    if cached_run := load_lab_run(root, lab):
        return cached_run
    try:
        lab_run = execute_lab(lab)
    except LabError as error:
        return error
    write_atomically(cache_file, json.dumps([asdict(cell) for cell in lab_run]))
    return lab_run


def load_lab_run(root: Path, lab: Lab) -> LabRun | None:
    """Return a lab's run if the cache has it."""
    cache_file = root / CACHE_FOLDER / "labs" / f"{compute_lab_cache_key(lab)}.json"
    try:
        cells = json.loads(cache_file.read_text(encoding="utf-8"))
        return tuple(CellRun(cell["output"], tuple(cell["plots"])) for cell in cells)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def compute_lab_cache_key(lab: Lab) -> str:
    """Return a hash of all that a lab's run depends on; both languages have the same."""
    code = "\0".join(cell.source for cell in lab.code_cells)
    digest = hashlib.sha256()
    for component in (
        code,
        f"{sys.version_info.major}.{sys.version_info.minor}",
        json.dumps(find_installed_versions(lab.imported_modules), sort_keys=True),
        compute_code_digest(("labs/execute.py", "worker/*.py")),
    ):
        digest.update(component.encode() + b"\0")
    return digest.hexdigest()


def execute_lab(lab: Lab) -> LabRun:
    """Run a lab's code cells in a kernel of its own, in an empty folder, behind snippets' fence.

    Raises:
        LabError: for the first cell that raises, writes to stderr, hangs or kills the kernel.
    """
    # Jupyter takes half a second to import, and a project's labs have mostly run before.
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(source)
            for source in (_SETUP_CODE, *(code_cell.source for code_cell in lab.code_cells))
        ]
    )
    with tempfile.TemporaryDirectory(prefix="asrun-lab-") as folder_name:
        folder = Path(folder_name).resolve()
        for subfolder in ("empty", "tmp", "sockets"):
            (folder / subfolder).mkdir()
        # sockets in a folder that only this user can open, not ports: the fence has no way for them
        manager = AsyncKernelManager(
            kernel_name="python3", transport="ipc", ip=str(folder / "sockets" / "kernel")
        )
        assert manager.kernel_spec is not None
        worker_path = str(WORKER_FOLDER)
        sandbox_command = [
            sys.executable,
            worker_path,
            "--confined",
            str(folder),
            str(KERNEL_MEMORY_MEGABYTES),
        ]
        manager.kernel_spec.argv = [*sandbox_command, sys.executable, *manager.kernel_spec.argv[1:]]
        client = NotebookClient(
            notebook,
            km=manager,
            extra_arguments=["--log-level=ERROR"],
            allow_errors=False,
            resources={"metadata": {"path": str(folder)}},
        )
        # The manager is ours, not the client's. One thread, as programs have: threads that wait
        # for each other take minutes where other work keeps the cores busy.
        kernel_environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        with client.setup_kernel(cleanup_kc=True, env=kernel_environment):
            client.execute_cell(notebook.cells[0], 0, store_history=False)
            client.timeout = CELL_TIMEOUT_SECONDS  # for the lab's own cells
            cell_runs = []
            for number, cell in enumerate(notebook.cells[1:]):
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
                cell_runs.append(_collect_cell_run(lab, number, cell.outputs))
    return tuple(cell_runs)


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
    """Return the error of a cell that raised, at the line of the lab that did."""
    plain_text = _ANSI_ESCAPE.sub("", traceback_text)
    frames = [(int(cell), int(line)) for cell, line in _TRACEBACK_FRAME.findall(plain_text)]
    cell, line = frames[-1] if frames else (number + 1, 1)
    last_line = plain_text.strip().splitlines()[-1]
    return LabError(
        Location(lab.path, lab.code_cells[cell - 1].line + line - 1),
        f"code cell {number + 1} raised {last_line}",
        "A lab runs from top to bottom without an error.",
    )
