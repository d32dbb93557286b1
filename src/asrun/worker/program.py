"""Runs one program as ``__main__`` in the process that was forked for it, and writes its report."""

from __future__ import annotations

import atexit
import builtins
import contextlib
import gc
import importlib.machinery
import json
import os
import platform
import random
import sys
import threading
import traceback
import types
import warnings
import weakref
from pathlib import Path
from typing import Any, NoReturn

from .audit_hook import install_audit_hook, list_writable_paths, make_refusal_recorder
from .exceptions import (
    ExceptionHook,
    describe_exception,
    install_exception_hook,
    write_to_stdout,
)
from .linux import call_libc
from .plots import capture_plots, list_open_figures
from .protocol import MAX_TENSOR_CELLS, ExceptionReport, Job, Report, TensorReport


def run_program(job: Job, file: Path, folder: Path) -> NoReturn:
    """Run the job's source, write the report into the job's folder and end the process.

    Args:
        job: the job.
        file: the program's file, which holds its source.
        folder: the job's folder.
    """
    plots: list[str] = []
    process, path = os.getpid(), str(file)
    clear_exit_handlers()
    reseed_generators()
    capture_plots(plots)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    sys.warnoptions[:] = ["error"]  # processes that the program spawns take their filters from here
    install_exception_hook(ExceptionHook(path))
    sys.argv = [path]
    sys.path.insert(0, str(file.parent))
    refusal_recorder = make_refusal_recorder(folder, path)
    install_audit_hook(list_writable_paths(folder), job["network"], refusal_recorder)
    exception, status = execute_main(job["source"], path)
    if os.getpid() == process:
        join_threads()
    main = sys.modules.get("__main__")
    tensors, missing_names = read_tensors(vars(main) if main else {}, job["drawn_names"])
    report: Report = {
        "exception": exception,
        "tensors": tensors,
        "missing_names": missing_names,
        "plots": plots,
        "unshown_figures": len(list_open_figures()),
        "versions": collect_module_versions(),
    }
    del main, tensors
    if os.getpid() != process:
        join_threads()
    atexit._run_exitfuncs()
    flush_streams()
    drop_main()
    flush_streams()
    with contextlib.suppress(OSError, AttributeError):
        call_libc("fflush", None)
    if os.getpid() == process:  # and not one that the program forked and that came here, too
        with contextlib.suppress(OSError):
            (folder / "report").write_text(json.dumps(report), encoding="utf-8")
    os._exit(status)


def execute_main(source: str, path: str) -> tuple[ExceptionReport | None, int]:
    """Execute a program as the interpreter does; return what ended it and the exit status."""
    sys.modules["__main__"] = make_main_module(path)
    try:
        try:
            exec(compile(source, path, "exec", dont_inherit=True), vars(sys.modules["__main__"]))
        finally:
            flush_streams()
    except SystemExit as error:
        return describe_exception(error, path), show_exit(error)
    except BaseException as error:
        trace = error.__traceback__
        error.__traceback__ = trace.tb_next if trace else None  # without the frame of this function
        return describe_exception(error, path), show_exception(error)
    return None, 0


def make_main_module(path: str) -> types.ModuleType:
    """Return a ``__main__`` that holds what the interpreter puts there for a file."""
    main = types.ModuleType("__main__")
    names = vars(main)
    names["__loader__"] = importlib.machinery.SourceFileLoader("__main__", path)
    if sys.version_info < (3, 14):
        names["__annotations__"] = {}
    names["__builtins__"] = builtins
    names["__file__"] = path
    if sys.version_info < (3, 15):
        names["__cached__"] = None
    return main


def show_exit(error: SystemExit) -> int:
    """Print what Python prints of a SystemExit; return the exit status."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    if sys.stderr is sys.__stderr__:
        write_to_stdout(f"{code}\n")
    else:
        print(code, file=sys.stderr)
    return 1


def show_exception(error: BaseException) -> int:
    """Have the program's hook print an exception, as the interpreter does; return the status."""
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except SystemExit as exit_error:
        return show_exit(exit_error)
    except BaseException:
        sys.stderr.write("Error in sys.excepthook:\n")
        traceback.print_exc()
    flush_streams()
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def join_threads() -> None:
    """Wait for the program's threads, as the interpreter does before the exit handlers run."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
    except BaseException:
        traceback.print_exc()


def drop_main() -> None:
    """Let go of ``__main__`` as an ending interpreter does, so that destructors run in its order.

    The module goes first. What it held goes with it, unless something else holds its functions:
    then the names are set to None, those with an underscore first.
    """
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            setattr(sys, name, None)
    main = sys.modules.pop("__main__", None)
    if not isinstance(main, types.ModuleType):
        return
    end = _End()
    vars(main)["__asrun_end__"], reference = end, weakref.ref(end)
    del main, end
    gc.collect()
    if (last := reference()) is None:
        return
    for names in gc.get_referrers(last):
        if isinstance(names, dict) and names.get("__asrun_end__") is last:
            for is_private in (True, False):
                for name in list(names):
                    if name.startswith("_") == is_private and name != "__builtins__":
                        names[name] = None
    gc.collect()


class _End:
    """Stands in a module's dictionary: a weak reference to it says whether the dictionary lives."""


def flush_streams() -> None:
    """Flush both streams, whatever the program has made of them."""
    for stream in (sys.stderr, sys.stdout):
        with contextlib.suppress(Exception):
            stream.flush()


def clear_exit_handlers() -> None:
    """Drop the exit handlers of what the server imported: they take longer than most programs."""
    atexit._clear()
    # A program's own finalizers register their handler anew; those of the server do not run.
    for information in weakref.finalize._registry.values():  # type: ignore[attr-defined]
        information.atexit = False
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    if "logging" in sys.modules:
        atexit.register(sys.modules["logging"].shutdown)
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
