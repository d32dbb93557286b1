"""The worker: runs programs, each in a forked process of its own, and reports what they did.

A server that imports the heavy modules once and forks a child for every program. It reads jobs as
JSON lines on stdin, writes outcomes as JSON lines on stdout, and ends when stdin closes. It needs
nothing but the standard library, so that this one file also runs on a bare machine::

    python worker.py --batch SLOTS torch matplotlib.pyplot < jobs.jsonl > outcomes.jsonl

That runs each job twice, by two servers, and says with each outcome where it was (`batch`);
``python worker.py --environment`` says only that.

What a fork inherits besides modules, and what is done about it:

- torch's random state: every child is seeded anew, from fresh entropy (`reseed`);
- threads do not survive a fork: the server imports only, and refuses to serve if it has more than
  one (`assert_one_thread`);
- children of children: each job leads a session of its own, and the whole group is killed when the
  job ends or its time is over; the server adopts what escapes (`adopt_orphans`) and kills it too;
- memory: the limit counts from what the child has mapped already (`limit_memory`).
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import gc
import hashlib
import importlib
import importlib.metadata
import io
import json
import linecache
import os
import platform
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import warnings
from pathlib import Path
from typing import Any

OUTPUT_BYTES = 16 * 2**20
CELLS = 64

# Two runs of the same program must print the same, under these two environments: sets and
# dictionaries of strings may not order the output, and (see `reseed`) neither may chance.
HASH_SEEDS = ("1", "2")

# Memory in huge pages halves the time of a fork (23 ms instead of 45 with all that is preloaded):
# there are fewer page tables to copy. Programs do not see these variables.
FORK_FAST = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}

ENVIRONMENT = {  # of every server
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
    **FORK_FAST,
}
NOT_INHERITED = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "PYTHONWARNINGS")

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h

# Colours that no plot would choose: `plot` turns them into the page's own. In the order of its
# `--asrun-hue-1`, `--asrun-hue-2`, …
INK = "#010203"
HUES = ("#2f6fd6", "#d97a1a", "#1f9d6b", "#b04bd0", "#d13d4b", "#8a8f1f", "#0f93a8", "#8c6a4f")


def plot_style() -> dict[str, Any]:
    """Return matplotlib's settings for a figure that follows the page's theme."""
    cycler = importlib.import_module("cycler")
    boxplots = ("boxprops", "capprops", "flierprops", "whiskerprops")
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": INK,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.prop_cycle": cycler.cycler(color=HUES),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": INK,
        "axes.titlesize": "medium",
        **{f"boxplot.{name}.color": INK for name in boxplots},
        "boxplot.flierprops.markeredgecolor": INK,
        "figure.constrained_layout.use": True,
        "figure.edgecolor": "none",
        "figure.facecolor": "none",
        "figure.figsize": (5.6, 3.0),
        "font.size": 11,
        "grid.alpha": 0.25,
        "grid.color": INK,
        "grid.linewidth": 0.6,
        "hatch.color": INK,
        "image.interpolation": "none",  # an array's pixels, as they are
        "legend.edgecolor": INK,
        "legend.facecolor": "none",
        "legend.frameon": False,
        "patch.edgecolor": INK,
        "savefig.facecolor": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": "asrun",
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }


# --- the child: one program, once ---------------------------------------------------------------


def run_program(job: dict[str, Any], report_path: Path) -> None:
    """Run ``job["source"]`` as ``__main__`` here and write what it did. Never returns."""
    report: dict[str, Any] = {"exception": None, "tensors": {}, "missing": [], "plots": []}
    plots: list[str] = report["plots"]
    forget_exit_handlers()
    reseed()
    take_plots(plots)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    sys.warnoptions[:] = ["error"]  # a process that the program spawns gets it from here
    main = types.ModuleType("__main__")
    main.__file__ = job["path"]
    sys.modules["__main__"] = main
    sys.argv = [job["path"]]
    sys.path.insert(0, "")
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
        report["exception"] = describe(error, job["shown"])
    report["tensors"], report["missing"] = read_tensors(main.__dict__, job["names"])
    report["unshown"] = len(open_plots())
    report["versions"] = versions()
    main.__dict__.clear()  # destructors run, as they do when an interpreter ends
    gc.collect()
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        report_path.write_text(json.dumps(report), encoding="utf-8")
    os._exit(0)


def forget_exit_handlers() -> None:
    """Drop what the server's imports want done at exit: they cost more than most programs."""
    atexit._clear()
    if "multiprocessing.util" in sys.modules:  # this one ends a program's own processes
        atexit.register(sys.modules["multiprocessing.util"]._exit_function)


def reseed() -> None:
    """Give this process random states of its own: a fork inherits its parent's."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()


def take_plots(plots: list[str]) -> None:
    """Make ``plt.show()`` append the open figures to ``plots``, as SVG."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    sys.modules["matplotlib"].rcParams.update(plot_style())

    def show(*_args: object, **_kwargs: object) -> None:
        for number in open_plots():
            text = io.StringIO()
            pyplot.figure(number).savefig(
                text, format="svg", metadata={"Date": None, "Creator": None}
            )
            plots.append(text.getvalue())
        pyplot.close("all")

    vars(pyplot)["show"] = show


def open_plots() -> list[int]:
    """Return the numbers of the figures that are open and not shown."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return list(pyplot.get_fignums()) if pyplot else []


def describe(error: BaseException, shown: str) -> dict[str, Any]:
    """Say what ended the program: type, the line in the program, the text Python would print."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == shown
    ]
    if isinstance(error, SyntaxError) and error.filename == shown:
        lines.append(error.lineno)
    return {
        "type": type(error).__name__,
        "qualified": f"{type(error).__module__}.{type(error).__qualname__}",
        "line": lines[-1] if lines else 1,
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
        few = value.numel() <= CELLS
        tensors[name] = {
            "shape": list(value.shape),
            "dtype": str(value.dtype).removeprefix("torch."),
            "values": value.detach().cpu().flatten().tolist() if few else [],
        }
    return tensors, missing


def versions() -> dict[str, str]:
    """Return the versions that this run used."""
    found = {"python": platform.python_version()}
    for name in ("torch", "torchvision", "numpy", "matplotlib"):
        if name in sys.modules:
            found[name] = sys.modules[name].__version__
    return found


def limit_memory(megabytes: int) -> None:
    """Allow this process so much more data than it has now (the fork has torch mapped already)."""
    import resource

    with contextlib.suppress(OSError, ValueError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        present = next(int(line.split()[1]) for line in status if line.startswith("VmData:"))
        limit = present * 1024 + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def enter_job(job: dict[str, Any], folder: Path) -> None:
    """Become the job's process: own session, own files, limits. Then run it. Never returns."""
    os.setsid()
    set_process_option(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    signal.set_wakeup_fd(-1)
    for caught in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(caught, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
        target = os.devnull if number == 0 else str(folder / name)
        handle = os.open(target, flags, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    os.closerange(3, 256)
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_memory(job["megabytes"])
    os.chdir(folder / "empty")
    for name in ("PYTHONMALLOC", "GLIBC_TUNABLES"):  # the server's own
        os.environ.pop(name, None)
    if job["plain"] or job["as_file"]:
        file = folder / "code" / Path(job["path"]).name
        file.parent.mkdir()
        file.write_text(job["source"], encoding="utf-8")
        job["path"] = str(file)
    if job["plain"]:  # as `python FILE`, in an interpreter of its own
        os.execv(sys.executable, [sys.executable, "-W", "error", str(file)])
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    run_program(job, folder / "report")


# --- the server ---------------------------------------------------------------------------------


def assert_one_thread() -> None:
    """Refuse to fork from a process with threads: its children would hang (OpenMP's do)."""
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(list(tasks.iterdir())) != 1:
        sys.exit("worker: importing started threads; set OMP_NUM_THREADS=1 before it starts")


def adopt_orphans() -> None:
    """Have the kernel (Linux) hand this process its descendants' orphans, to be killed."""
    set_process_option(PR_SET_CHILD_SUBREAPER, 1)


def set_process_option(option: int, value: int) -> None:
    """Call Linux's ``prctl``; do nothing where there is none."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def preload(modules: list[str]) -> None:
    """Import what programs will import; what fails here fails there, with the right line."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a child's collection leaves what it inherited alone


class Server:
    """Runs jobs, at most ``slots`` at a time; keeps only what is under way."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.waiting: list[dict[str, Any]] = []
        self.running: dict[int, tuple[dict[str, Any], Path, float]] = {}

    def start(self) -> None:
        """Fork children while there are slots and jobs."""
        while self.waiting and len(self.running) < self.slots:
            job = self.waiting.pop(0)
            folder = Path(tempfile.mkdtemp(prefix="asrun-"))
            (folder / "empty").mkdir()
            child = os.fork()
            if child == 0:
                try:
                    enter_job(job, folder)
                finally:
                    traceback.print_exc()
                    os._exit(70)
            self.running[child] = (job, folder, time.monotonic())

    def end_overdue(self) -> None:
        """Kill the process tree of each job whose time is over."""
        now = time.monotonic()
        for child, (job, _, began) in self.running.items():
            if now - began > job["seconds"]:
                job["overdue"] = True
                kill_group(child)

    def reap(self) -> list[dict[str, Any]]:
        """Collect ended children; return the outcomes of those that were jobs."""
        outcomes = []
        while True:
            try:
                child, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if child == 0:
                break
            if child in self.running:
                outcomes.append(self.finish(child, status))
        return outcomes

    def finish(self, child: int, status: int) -> dict[str, Any]:
        """End what the job left behind, read what it wrote, and remove its folder."""
        job, folder, began = self.running.pop(child)
        kill_group(child)
        kill_strays(set(self.running))
        code = os.waitstatus_to_exitcode(status)
        report = folder / "report"
        outcome = {
            "id": job["id"],
            "plain": job["plain"],
            "exit": code,
            "overdue": job.get("overdue", False),
            "seconds": time.monotonic() - began,
            "stdout": read_text(folder / "stdout"),
            "stderr": read_text(folder / "stderr"),
            "report": json.loads(read_text(report)) if report.exists() else None,
        }
        shutil.rmtree(folder, ignore_errors=True)
        return outcome

    def close(self) -> None:
        """Kill everything that still runs."""
        for child, (_, folder, _) in self.running.items():
            kill_group(child)
            shutil.rmtree(folder, ignore_errors=True)
        kill_strays(set())


def kill_group(leader: int) -> None:
    """Kill the session that this process leads, and the process itself."""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(leader, signal.SIGKILL)


def kill_strays(jobs: set[int]) -> None:
    """Kill adopted orphans: children of this process that are no jobs."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with contextlib.suppress(OSError):
        for child in map(int, children.read_text(encoding="ascii").split()):
            if child not in jobs:
                kill_group(child)


def read_text(path: Path) -> str:
    """Return a file's text; what is no UTF-8 shows as such."""
    try:
        return path.read_text(encoding="utf-8", errors="backslashreplace")
    except FileNotFoundError:
        return ""


def serve(slots: int, modules: list[str]) -> None:
    """Serve jobs until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us closes stdin
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an import prints must not mix with the replies
    preload(modules)
    assert_one_thread()
    adopt_orphans()
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    server, buffer = Server(slots), b""
    try:
        while True:
            timeout = 0.2 if server.running else None
            ready, _, _ = select.select([0, wake_read], [], [], timeout)
            if wake_read in ready:
                os.read(wake_read, 4096)
            if 0 in ready:
                chunk = os.read(0, 65536)
                if not chunk:
                    return
                *lines, buffer = (buffer + chunk).split(b"\n")
                server.waiting += [json.loads(line) for line in lines]
            server.end_overdue()
            for outcome in server.reap():
                replies.write(json.dumps(outcome) + "\n")
            replies.flush()
            server.start()
    finally:
        server.close()


# --- a machine where nothing else of this is installed --------------------------------------------


@functools.cache
def environment() -> dict[str, str | None]:
    """Say where programs run here: versions, platform, the GPU's name; imports none of them."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "platform": f"{platform.system()} {platform.machine()}",
        "cuda": gpu(),
        **{name: installed(name) for name in ("torch", "torchvision")},
    }


def installed(name: str) -> str | None:
    """Return a distribution's version without its local part (``+cu130``), if it is there."""
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return None


def gpu() -> str | None:
    """Return the name of the first CUDA GPU, asked of its driver; None where there is none."""
    if not Path("/dev/nvidiactl").exists():
        return None
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(query, capture_output=True, text=True, check=True, timeout=60).stdout
        if names := said.split("\n"):
            return names[0].strip() or None
    return None


def batch(slots: int, modules: list[str]) -> None:
    """Run all jobs on stdin under each of `HASH_SEEDS`; write an outcome for each run.

    An outcome also has the job's path, the digest of its source, and where and when it ran.
    """
    jobs = {job["id"]: job for job in map(json.loads, sys.stdin)}
    there = environment() | {"at": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime())}
    base = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    for seed in HASH_SEEDS:
        server = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), str(slots), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=base | ENVIRONMENT | {"PYTHONHASHSEED": seed},
        )
        assert server.stdin is not None and server.stdout is not None
        feeder = threading.Thread(target=feed, args=(server.stdin, list(jobs.values())))
        feeder.start()
        left = dict(jobs)
        while left and (line := server.stdout.readline()):
            outcome = json.loads(line)
            tell(left.pop(outcome["id"]), outcome, there)
        feeder.join()
        with contextlib.suppress(OSError):
            server.stdin.close()
        server.wait()
        for job in left.values():
            tell(job, {"id": job["id"], "server": "gone"}, there)


def feed(stdin: Any, jobs: list[dict[str, Any]]) -> None:
    """Give a server its jobs; one that is gone gets none."""
    with contextlib.suppress(OSError):
        for job in jobs:
            stdin.write(json.dumps(job) + "\n")
        stdin.flush()


def tell(job: dict[str, Any], outcome: dict[str, Any], there: dict[str, str | None]) -> None:
    """Write one outcome of a batch."""
    digest = hashlib.sha256(job["source"].encode()).hexdigest()
    told = outcome | {"path": job["path"], "sha256": digest, "environment": there}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    del sys.path[0]  # this file's folder: its neighbours are no modules of any program's
    if sys.argv[1] == "--environment":
        print(json.dumps(environment()))
    elif sys.argv[1] == "--batch":
        batch(int(sys.argv[2]), sys.argv[3:])
    else:
        serve(int(sys.argv[1]), sys.argv[2:])
