"""Runs one program as ``__main__`` in the process that was forked for it, and writes its report."""

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
from typing import Any, NoReturn

from .audit_hook import install_audit_hook, list_writable_paths, make_refusal_recorder
from .protocol import MAX_TENSOR_CELLS, ExceptionReport, Job, Report, TensorReport
from .style import make_plot_style


def run_program(job: Job, file: str, folder: Path) -> NoReturn:
    """Run the job's source, write the report into the job's folder and end the process.

    Args:
        job: the job.
        file: what the program sees as ``__file__``; in tracebacks it bears the job's path.
        folder: the job's folder.
    """
    plots: list[str] = []
    clear_exit_handlers()
    reseed_generators()
    capture_plots(plots)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    sys.warnoptions[:] = ["error"]  # processes that the program spawns take their filters from here
    main = types.ModuleType("__main__")
    main.__file__ = file
    sys.modules["__main__"] = main
    sys.argv = [file]
    sys.path.insert(0, "")
    path, source = job["path"], job["source"]
    refusal_recorder = make_refusal_recorder(folder, path)
    install_audit_hook(list_writable_paths(folder), job["network"], refusal_recorder)
    # Tracebacks that the program prints show its lines, though there may be no such file here.
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    exception: ExceptionReport | None = None
    try:
        exec(compile(source, path, "exec"), main.__dict__)
        threading._shutdown()  # type: ignore[attr-defined]  # joins the program's threads
    except BaseException as error:  # SystemExit and KeyboardInterrupt end a program too
        exception = describe_exception(error, path)
    tensors, missing_names = read_tensors(main.__dict__, job["drawn_names"])
    report: Report = {
        "exception": exception,
        "tensors": tensors,
        "missing_names": missing_names,
        "plots": plots,
        "unshown_figures": len(list_open_figures()),
        "versions": collect_module_versions(),
    }
    # From here on as an interpreter ends: destructors run, then exit handlers.
    main.__dict__.clear()
    gc.collect()
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        # A process that the program forked may come here too, at the same time.
        temporary = folder / f"tmp/report-{os.getpid()}"
        temporary.write_text(json.dumps(report), encoding="utf-8")
        temporary.replace(folder / "report")
    os._exit(0)


def clear_exit_handlers() -> None:
    """Drop the exit handlers of what the server imported: they take longer than most programs."""
    atexit._clear()
    # This one ends the processes that the program starts with `multiprocessing`.
    if "multiprocessing.util" in sys.modules:
        atexit.register(sys.modules["multiprocessing.util"]._exit_function)


def reseed_generators() -> None:
    """Seed the random generators afresh: every fork starts with the same state of the server's."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        # `torch.seed()` would also seed devices, which takes 15 ms. Their generators are made, and
        # seeded by chance, when a program first uses the device.
        sys.modules["torch"].default_generator.seed()


def capture_plots(plots: list[str]) -> None:
    """Have ``plt.show()`` append the open figures to ``plots``, as SVG, and close them.

    Does nothing unless pyplot is imported already.
    """
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
    """Return the numbers of the figures that are drawn and not shown."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return list(pyplot.get_fignums()) if pyplot else []


def describe_exception(error: BaseException, filename: str) -> ExceptionReport:
    """Return a report of the exception that ended a program compiled as ``filename``."""
    line_numbers = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == filename
    ]
    if isinstance(error, SyntaxError) and error.filename == filename:
        line_numbers.append(error.lineno)
    return {
        "name": type(error).__name__,
        "qualified_name": f"{type(error).__module__}.{type(error).__qualname__}",
        "line": (line_numbers[-1] if line_numbers else None) or 1,
        "text": "".join(traceback.format_exception_only(error)).rstrip(),
        "is_warning": isinstance(error, Warning),
    }


def read_tensors(
    variables: dict[str, Any], names: list[str]
) -> tuple[dict[str, TensorReport], list[str]]:
    """Return those of the named variables that are tensors, and the names of the others."""
    torch = sys.modules.get("torch")
    tensors: dict[str, TensorReport] = {}
    missing_names = []
    for name in names:
        value = variables.get(name)
        if torch is None or not isinstance(value, torch.Tensor):
            missing_names.append(name)
            continue
        is_small = value.numel() <= MAX_TENSOR_CELLS
        tensors[name] = {
            "shape": list(value.shape),
            "dtype": str(value.dtype).removeprefix("torch."),
            "values": value.detach().cpu().flatten().tolist() if is_small else [],
        }
    return tensors, missing_names


def collect_module_versions() -> dict[str, str]:
    """Return the versions of Python and of the imported libraries that outputs depend on most."""
    versions = {"python": platform.python_version()}
    for name in ("torch", "torchvision", "numpy", "matplotlib"):
        if name in sys.modules:
            versions[name] = sys.modules[name].__version__
    return versions
