"""One program, once, in a process of its own: run as ``__main__``, and what it did told."""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import json
import linecache
import os
import platform
import random
import sys
import threading
import traceback
import types
import warnings
from pathlib import Path
from typing import Any

from .audit_hook import install_audit_hook, list_program_folders, make_refusal_recorder
from .protocol import MAX_TENSOR_CELLS
from .style import make_plot_style


def run_program(job: dict[str, Any], folder: Path) -> None:
    """Run ``job["source"]`` as ``__main__`` here and write what it did. Never returns."""
    report: dict[str, Any] = {"exception": None, "tensors": {}, "missing": [], "plots": []}
    plots: list[str] = report["plots"]
    clear_exit_handlers()
    reseed_generators()
    capture_plots(plots)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    sys.warnoptions[:] = ["error"]  # a process that the program spawns gets it from here
    main = types.ModuleType("__main__")
    main.__file__ = job["path"]
    sys.modules["__main__"] = main
    sys.argv = [job["path"]]
    sys.path.insert(0, "")
    install_audit_hook(
        list_program_folders(folder),
        job.get("network", False),
        make_refusal_recorder(folder, job["shown"]),
    )
    linecache.cache[job["shown"]] = (
        len(job["source"]),
        None,
        job["source"].splitlines(keepends=True),
        job["shown"],
    )
    try:
        exec(compile(job["source"], job["shown"], "exec"), main.__dict__)
        threading._shutdown()  # type: ignore[attr-defined]  # joins the program's threads
    except BaseException as error:  # also SystemExit and KeyboardInterrupt: both end a program
        report["exception"] = describe_exception(error, job["shown"])
    report["tensors"], report["missing"] = read_tensors(main.__dict__, job["names"])
    report["unshown"] = len(list_open_figures())
    report["versions"] = collect_module_versions()
    main.__dict__.clear()  # destructors run, as they do when an interpreter ends
    gc.collect()
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        temporary = folder / f"tmp/report-{os.getpid()}"  # a fork of the program's may get here too
        temporary.write_text(json.dumps(report), encoding="utf-8")
        temporary.replace(folder / "report")
    os._exit(0)


def clear_exit_handlers() -> None:
    """Drop what the server's imports want done at exit: they cost more than most programs."""
    atexit._clear()
    if "multiprocessing.util" in sys.modules:  # this one ends a program's own processes
        atexit.register(sys.modules["multiprocessing.util"]._exit_function)


def reseed_generators() -> None:
    """Give this process random states of its own: a fork inherits its parent's."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()


def capture_plots(plots: list[str]) -> None:
    """Make ``plt.show()`` append the open figures to ``plots``, as SVG."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    sys.modules["matplotlib"].rcParams.update(make_plot_style())

    def show(*_args: object, **_kwargs: object) -> None:
        for number in list_open_figures():
            text = io.StringIO()
            pyplot.figure(number).savefig(
                text, format="svg", metadata={"Date": None, "Creator": None}
            )
            plots.append(text.getvalue())
        pyplot.close("all")

    vars(pyplot)["show"] = show


def list_open_figures() -> list[int]:
    """Return the numbers of the figures that are open and not shown."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return list(pyplot.get_fignums()) if pyplot else []


def describe_exception(error: BaseException, filename: str) -> dict[str, Any]:
    """Say what ended the program: type, the line in the program, the text Python would print."""
    line_numbers = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == filename
    ]
    if isinstance(error, SyntaxError) and error.filename == filename:
        line_numbers.append(error.lineno)
    return {
        "type": type(error).__name__,
        "qualified": f"{type(error).__module__}.{type(error).__qualname__}",
        "line": line_numbers[-1] if line_numbers else 1,
        "text": "".join(traceback.format_exception_only(error)).rstrip(),
        "warning": isinstance(error, Warning),
    }


def read_tensors(variables: dict[str, Any], names: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the named tensors (shape, dtype, numbers) and the names that are no tensors."""
    torch = sys.modules.get("torch")
    tensors, missing = {}, []
    for name in names:
        value = variables.get(name)
        if torch is None or not isinstance(value, torch.Tensor):
            missing.append(name)
            continue
        is_small = value.numel() <= MAX_TENSOR_CELLS
        tensors[name] = {
            "shape": list(value.shape),
            "dtype": str(value.dtype).removeprefix("torch."),
            "values": value.detach().cpu().flatten().tolist() if is_small else [],
        }
    return tensors, missing


def collect_module_versions() -> dict[str, str]:
    """Return the versions that this run used."""
    found = {"python": platform.python_version()}
    for name in ("torch", "torchvision", "numpy", "matplotlib"):
        if name in sys.modules:
            found[name] = sys.modules[name].__version__
    return found
