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

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from asrun.errors import LabError, Place
from asrun.key import code_digest, versions
from asrun.lab import Lab
from asrun.record import CACHE, write_whole

TIMEOUT = 120  # seconds a cell
MEGABYTES = 2048

# Run in the kernel before the lab: figures come as snippets' do, and as in a script the value of
# a cell's last line is not shown.
_SETUP = """\
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot
from IPython.display import display as _display
import os
from asrun.worker.hook import guard
from asrun.worker.program import take_plots
guard([os.getcwd(), os.environ["TMPDIR"]], False, lambda *_: None)
class _Shown(list):
    def append(self, svg):
        _display({"image/svg+xml": svg}, raw=True)
take_plots(_Shown())
get_ipython().ast_node_interactivity = "none"
del guard, matplotlib, os, take_plots
"""

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")


@dataclass(frozen=True)
class CellRun:
    """What a code cell printed, and the SVG of the figures that it showed."""

    output: str
    plots: tuple[str, ...] = ()


LabRun = tuple[CellRun, ...]


def run(root: Path, lab: Lab) -> LabRun | LabError:
    """Return a lab's run, from the cache or else made now; or what is wrong with it."""
    file = root / CACHE / "labs" / f"{key(lab)}.json"
    if found := cached(root, lab):
        return found
    try:
        done = execute(lab)
    except LabError as error:
        return error
    write_whole(file, json.dumps([asdict(cell) for cell in done]))
    return done


def cached(root: Path, lab: Lab) -> LabRun | None:
    """Return a lab's run if the cache has it."""
    file = root / CACHE / "labs" / f"{key(lab)}.json"
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))
        return tuple(CellRun(cell["output"], tuple(cell["plots"])) for cell in cells)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def key(lab: Lab) -> str:
    """Return a hash of all that a lab's run depends on; both languages have the same."""
    code = "\0".join(cell.source for cell in lab.code)
    digest = hashlib.sha256()
    for part in (
        code,
        f"{sys.version_info.major}.{sys.version_info.minor}",
        json.dumps(versions(code.replace("\0", "\n")), sort_keys=True),
        code_digest(("kernel.py", "worker/*.py")),
    ):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def execute(lab: Lab) -> LabRun:
    """Run a lab's code cells in a kernel of its own, in an empty folder, behind snippets' fence.

    Raises:
        LabError: for the first cell that raises, writes to stderr, hangs or kills the kernel.
    """
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in (_SETUP, *(c.source for c in lab.code))]
    )
    with tempfile.TemporaryDirectory(prefix="asrun-lab-") as made:
        folder = Path(made).resolve()
        for name in ("empty", "tmp", "sockets"):
            (folder / name).mkdir()
        # sockets in a folder that only this user can open, not ports: the fence has no way for them
        manager = AsyncKernelManager(
            kernel_name="python3", transport="ipc", ip=str(folder / "sockets" / "kernel")
        )
        assert manager.kernel_spec is not None
        worker = str(Path(__file__).with_name("worker"))
        fence = [sys.executable, worker, "--confined", str(folder), str(MEGABYTES)]
        manager.kernel_spec.argv = [*fence, sys.executable, *manager.kernel_spec.argv[1:]]
        client = NotebookClient(
            notebook,
            km=manager,
            extra_arguments=["--log-level=ERROR"],
            allow_errors=False,
            resources={"metadata": {"path": str(folder)}},
        )
        # The manager is ours, not the client's. One thread, as programs have: threads that wait
        # for each other take minutes where other work keeps the cores busy.
        one_thread = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        with client.setup_kernel(cleanup_kc=True, env=one_thread):
            client.execute_cell(notebook.cells[0], 0, store_history=False)
            client.timeout = TIMEOUT  # for the lab's own cells
            done = []
            for number, cell in enumerate(notebook.cells[1:]):
                try:
                    client.execute_cell(cell, number + 1)
                except CellExecutionError as error:
                    raise _raised(lab, number, str(error)) from error
                except (CellTimeoutError, DeadKernelError) as error:
                    raise LabError(
                        lab.place(lab.code[number].line),
                        f"code cell {number + 1}: {type(error).__name__}",
                        f"A cell has {TIMEOUT} s and must leave its kernel alive.",
                    ) from error
                done.append(_taken(lab, number, cell.outputs))
    return tuple(done)


def _taken(lab: Lab, number: int, outputs: list[nbformat.NotebookNode]) -> CellRun:
    text, plots = "", []
    place = lab.place(lab.code[number].line)
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            text += output.text
        elif output.output_type == "stream":
            raise LabError(
                place,
                f"code cell {number + 1} writes to stderr: {output.text.strip()}",
                "Print to stdout what readers should see, and mend the rest.",
            )
        elif "image/svg+xml" in output.get("data", {}):
            plots.append(output.data["image/svg+xml"])
        else:
            raise LabError(
                place,
                f"code cell {number + 1} ends in a value that a script would not show",
                "Print it.",
            )
    return CellRun(text, tuple(plots))


def _raised(lab: Lab, number: int, words: str) -> LabError:
    """Return the error of a cell that raised, at the line of the lab that did."""
    plain = _ANSI.sub("", words)
    frames = [(int(cell), int(line)) for cell, line in _FRAME.findall(plain)]
    cell, line = frames[-1] if frames else (number + 1, 1)
    last = plain.strip().splitlines()[-1]
    return LabError(
        Place(lab.path, lab.code[cell - 1].line + line - 1),
        f"code cell {number + 1} raised {last}",
        "A lab runs from top to bottom without an error.",
    )
