"""The worker: runs programs, each in a forked process of its own, and reports what they did.

A server that imports the heavy modules once and forks a child for every program. It reads jobs as
JSON lines on stdin, writes outcomes as JSON lines on stdout, and ends when stdin closes. It needs
nothing but the standard library, so that this one file also runs on a bare machine::

    python worker.py --batch SLOTS torch matplotlib.pyplot < jobs.jsonl > outcomes.jsonl

That runs each job twice, by two servers, and says with each outcome where it was (`batch`);
``python worker.py --environment`` says only that, and ``--confined FOLDER MEGABYTES COMMAND…`` runs
a command, a lab's kernel, behind the same fence.

What a fork inherits besides modules, and what is done about it:

- torch's random state: every child is seeded anew, from fresh entropy (`reseed`);
- threads do not survive a fork: the server imports only, and refuses to serve if it has more than
  one (`assert_one_thread`);
- children of children: each job leads a session of its own, and the whole group is killed when the
  job ends or its time is over; the server adopts what escapes (`adopt_orphans`) and kills it too;
- memory: the limit counts from what the child has mapped already (`limit_memory`).

What a program may not do, and what stops it there. What is refused is named in the outcome
(``refused``: what, and the line), also where the program swallows the error:

- reach the network (unless ``job["network"]``): network namespaces without a way out
  (`make_namespaces`), and an audit hook that names the line (`guard`);
- write outside its folder (its current one, its temporary one, /dev/shm): Landlock
  (`forbid_writing`), and the same hook; /dev/shm is its own and bounded (`own_mounts`);
- start processes without end, fill memory or the disk: the server counts what each job's tree of
  processes has, and ends a job that has too much (`Server.watch`); the outcome says which
  (``stopped``). Limits of the kernel hold besides: RLIMIT_FSIZE everywhere, RLIMIT_DATA on Linux,
  RLIMIT_NPROC for users other than root.

=====================  ========================  ==========================  ====================
where                  network                   writing outside             processes, memory
=====================  ========================  ==========================  ====================
Linux, root            namespace + hook          Landlock + hook             server watches
Linux, user            the same, in a user       Landlock + hook             server watches,
                       namespace                                             RLIMIT_NPROC
Linux, namespaces      hook alone                Landlock + hook             server watches
refused (containers)
Linux before 5.13      namespace + hook          hook alone                  server watches
macOS                  hook alone                hook alone                  RLIMIT_NPROC, time
Windows                not supported: there is no fork
=====================  ========================  ==========================  ====================

The hook sees what Python code does, in this interpreter and its forks: where it is alone, native
code and other programs that are started get past it. It keeps honest programs honest; strangers'
programs belong on a machine with the namespace and Landlock.
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
import re
import select
import shutil
import signal
import site
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38  # linux/prctl.h

# What one job may have at a time, all its processes together.
PROCESSES = 64
MEMORY_SHARES = 2  # times what one process may have
DISK_MEGABYTES, DISK_FILES = 256, 10_000
WATCH_SECONDS, WEIGH_SECONDS = 0.05, 0.25  # how often processes are counted, and bytes

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


def run_program(job: dict[str, Any], folder: Path) -> None:
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
    guard(program_folders(folder), job.get("network", False), noted(folder, job["shown"]))
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
        whole = folder / f"tmp/report-{os.getpid()}"  # a fork of the program's may get here too
        whole.write_text(json.dumps(report), encoding="utf-8")
        whole.replace(folder / "report")
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


def enter_job(job: dict[str, Any], folder: Path, namespaces: tuple[int, ...]) -> None:
    """Become the job's process: own session, own files, limits. Then run it. Never returns."""
    os.setsid()
    set_process_option(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    adopt_orphans()  # what the program loses stays in its tree, and is counted
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
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    confine(folder, job["megabytes"], () if job.get("network") else namespaces)
    os.closerange(3, 256)
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
    run_program(job, folder)


# --- the fence: what a program may not do -------------------------------------------------------


def confine(folder: Path, megabytes: int, namespaces: tuple[int, ...]) -> None:
    """Shut this process and its descendants into ``folder``, as far as the system can.

    The current folder becomes ``folder/empty``; temporary files and what libraries keep at home go
    into ``folder/tmp``.
    """
    import resource

    enter_namespaces(namespaces)
    own_mounts(folder, megabytes, offline=bool(namespaces))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_processes()
    limit_memory(megabytes)
    os.environ["PYTHONUSERBASE"] = site.getuserbase()  # found from home otherwise
    fonts = os.environ.get("MPLCONFIGDIR") or str(Path("~/.cache/matplotlib").expanduser())
    if Path(fonts).is_dir():  # the list of fonts, which takes seconds to make
        os.environ["MPLCONFIGDIR"] = fonts
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ.pop(name, None)
    for name in ("HOME", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(folder / "tmp")
    tempfile.tempdir = None  # the server's
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    os.chdir(folder / "empty")
    forbid_writing(folder)


def limit_memory(megabytes: int) -> None:
    """Allow this process so much more data than it has now (the fork has torch mapped already)."""
    import resource

    with contextlib.suppress(OSError, ValueError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        present = next(int(line.split()[1]) for line in status if line.startswith("VmData:"))
        limit = present * 1024 + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def limit_processes() -> None:
    """Allow this user few more processes and threads than there are. The kernel exempts root."""
    import resource

    if os.getuid() == 0:
        return
    present = 0
    for entry in Path("/proc").glob("[0-9]*/task"):
        with contextlib.suppress(OSError):
            found = entry.stat()
            present += found.st_nlink - 2 if found.st_uid == os.getuid() else 0
    if not present:  # no /proc: macOS
        import subprocess

        listed = subprocess.run(["ps", "-U", str(os.getuid())], capture_output=True, check=False)
        present = listed.stdout.count(b"\n")
    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_NPROC)
        limit = present + 4 * PROCESSES
        limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))


CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x4000000, 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def make_namespaces() -> tuple[int, ...]:
    """Return handles of namespaces that have a loopback and no network; empty where refused.

    Their host's name is ``localhost``, so that what looks up its own name (gloo) finds itself. A
    process of its own makes them and shows that it can: the kernel may allow the first step and
    refuse the next (AppArmor does).
    """
    if sys.platform != "linux":
        return ()
    for user in (0, CLONE_NEWUSER):
        ready, told = os.pipe()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                separate(user | CLONE_NEWNET | CLONE_NEWUTS)
                os.write(told, b"1")
                signal.pause()
            os._exit(0)
        os.close(told)
        handles: tuple[int, ...] = ()
        if os.read(ready, 1):
            names = ("user", "net", "uts") if user else ("net", "uts")
            with contextlib.suppress(OSError):
                paths = [f"/proc/{child}/ns/{name}" for name in names]
                handles = tuple(os.open(path, os.O_RDONLY) for path in paths)
        os.close(ready)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if handles:
            return handles
    return ()


def separate(kinds: int) -> None:
    """Leave the namespaces that this process is in for new ones."""
    import fcntl

    user, group = os.getuid(), os.getgid()
    kernel("unshare", kinds)
    if kinds & CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    socket.sethostname("localhost")


def enter_namespaces(handles: tuple[int, ...]) -> None:
    """Move this process into namespaces that `make_namespaces` made."""
    for handle in handles:
        kernel("setns", handle, 0)


def own_mounts(folder: Path, megabytes: int, *, offline: bool) -> None:
    """Give this process, where the kernel allows it, what it would otherwise share.

    That is a /dev/shm, of bounded size, and ``offline`` name look-ups that ask nobody: they find
    nothing at once, rather than fail to reach a server, which gloo warns of.
    """
    with contextlib.suppress(OSError, AttributeError):
        kernel("unshare", CLONE_NEWNS)
        mount(None, "/", None, MS_REC | MS_PRIVATE)
        mount("asrun", "/dev/shm", "tmpfs", 0, f"size={megabytes}m")
        if offline:
            present = Path("/etc/nsswitch.conf").read_text(encoding="utf-8")
            changed = folder / "nsswitch.conf"
            changed.write_text(re.sub(r"(?m)^hosts:.*", "hosts: files", present), encoding="utf-8")
            mount(str(changed), "/etc/nsswitch.conf", None, MS_BIND)


def mount(what: str | None, where: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount something in the mount namespace that this process is in."""
    names = [None if text is None else text.encode() for text in (what, where, kind)]
    kernel("mount", *names, ctypes.c_ulong(flags), data.encode())


def kernel(function: str, *arguments: Any) -> int:
    """Call a function of the C library; raise OSError where it fails."""
    result: int = getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{function}: {os.strerror(code)}")
    return result


# linux/landlock.h: rights by the version of the interface that brought them
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
WRITE_FILE, REFER, TRUNCATE = 1 << 1, 1 << 13, 1 << 14
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
SCOPE_ABSTRACT_SOCKETS, SCOPE_SIGNALS = 1, 2
DEVICES = ("null", "zero", "full", "nvidia*")


def forbid_writing(folder: Path) -> None:
    """Have the kernel (Linux 5.13) refuse every change outside ``folder`` and /dev/shm.

    Since Linux 6.12 it also refuses signals to processes outside.
    """
    if sys.platform != "linux":  # elsewhere the same numbers are other system calls
        return
    with contextlib.suppress(OSError, AttributeError):
        version = kernel("syscall", LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
        change = WRITE_FILE | REMOVE_AND_MAKE
        change |= (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
        fields = 3 if version >= 6 else 1
        wanted = (change, 0, SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS)[:fields]
        rules = struct.pack(f"={fields}Q", *wanted)
        size = ctypes.c_size_t(len(rules))
        ruleset = kernel("syscall", LANDLOCK_CREATE_RULESET, rules, size, 0)
        allowed = [(folder, change), (Path("/dev/shm"), change)]
        for name in DEVICES:
            allowed += [
                (path, change & (WRITE_FILE | TRUNCATE)) for path in Path("/dev").glob(name)
            ]
        for path, rights in allowed:
            with contextlib.suppress(FileNotFoundError):
                place = os.open(path, os.O_PATH)
                rule = struct.pack("=Qi", rights, place)
                kernel("syscall", LANDLOCK_ADD_RULE, ruleset, 1, rule, 0)
                os.close(place)
        kernel("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        kernel("syscall", LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


def program_folders(folder: Path) -> list[str]:
    """Return where a job's program may write: two folders, and what the worker itself opens."""
    names = ("empty", "tmp", "stdout", "stderr", "refused", "report")
    return [str(folder / name) for name in names]


def noted(folder: Path, shown: str) -> Callable[[str, str], None]:
    """Return a function that notes what the guard refuses, with the program's line."""

    def note(kind: str, what: str) -> None:
        frame: types.FrameType | None = sys._getframe()
        while frame is not None and frame.f_code.co_filename != shown:
            frame = frame.f_back
        line = frame.f_lineno if frame else None
        with open(folder / "refused", "a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "what": what, "line": line}) + "\n")

    return note


WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
WORDS = {
    "network": "no network here",
    "write": "no writing outside the program's folder",
}


def guard(folders: list[str], network: bool, note: Callable[[str, str], None]) -> None:
    """Refuse, from now on, what Python code does outside ``folders`` or to the network.

    An audit hook: it cannot be taken out again. Each refusal is noted, then raised as a
    PermissionError.
    """
    own = [Path(name).resolve() for name in (*folders, "/dev/shm")]
    own += [Path("/dev", name) for name in ("null", "zero", "full")]

    def inside(path: Any, at: int | None = None, *, entry: bool = True) -> bool:
        """Say whether a path is the program's; of an ``entry`` only its folder is followed."""
        if isinstance(path, int):
            return True
        name = Path(handle_path(at), os.fsdecode(path))
        entry = entry and name.name not in ("", "..")
        real = name.parent.resolve() / name.name if entry else name.resolve()
        return any(real.is_relative_to(place) for place in own)

    def opens(path: Any, mode: str | None, flags: int) -> bool:
        writes = flags & WRITES or (mode and not {"w", "a", "x", "+"}.isdisjoint(mode))
        return not writes or inside(path, entry=False)

    def connects(_: Any, address: Any) -> bool:
        if isinstance(address, tuple):
            return is_local(address[0])
        return os.fsdecode(address)[:1] == "\0" or inside(address)

    changes: dict[str, Callable[..., bool]] = {
        "open": opens,
        "os.chmod": lambda path, _mode, at=-1: inside(path, at, entry=False),
        "os.chown": lambda path, _user, _group, at=-1: inside(path, at, entry=False),
        "os.link": lambda _, to, _at=-1, to_at=-1: inside(to, to_at),
        "os.mkdir": lambda path, _mode, at=-1: Path(os.fsdecode(path)).is_dir() or inside(path, at),
        "os.remove": inside,
        "os.rename": lambda one, two, at=-1, to=-1: inside(one, at) and inside(two, to),
        "os.rmdir": inside,
        "os.symlink": lambda _, to, at=-1: inside(to, at),
        "os.truncate": lambda path, _: inside(path, entry=False),
        "os.utime": lambda path, _times, _ns, at=-1: inside(path, at, entry=False),
        "shutil.rmtree": inside,
    }
    reaches: dict[str, Callable[..., bool]] = {
        "socket.connect": connects,
        "socket.sendto": connects,
        "socket.sendmsg": lambda one, to: to is None or connects(one, to),
        "socket.getaddrinfo": lambda host, *_: is_local(host),
        "socket.gethostbyaddr": is_local,
        "socket.gethostbyname": is_local,
    }
    rules = {
        **{event: ("write", rule) for event, rule in changes.items()},
        **({} if network else {event: ("network", rule) for event, rule in reaches.items()}),
    }

    def hook(event: str, values: tuple[Any, ...]) -> None:
        if event not in rules:
            return
        kind, rule = rules[event]
        if not rule(*values):
            shown = next(value for value in values if not isinstance(value, socket.socket))
            what = f"{event} {os.fsdecode(shown) if isinstance(shown, str | bytes) else shown}"
            note(kind, what)
            raise PermissionError(f"{WORDS[kind]} ({what})")

    sys.addaudithook(hook)


def is_local(host: Any) -> bool:
    """Say whether a host is this machine."""
    name = os.fsdecode(host) if host else ""
    return name.startswith("127.") or name in (
        *("", "localhost", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"),
        socket.gethostname(),
    )


def handle_path(handle: int | None) -> str:
    """Return the path of an open folder; of -1 and None, the current one."""
    if handle is None or handle < 0:
        return "."
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return f"/proc/self/fd/{handle}"


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


def outrun_programs() -> None:
    """Have this process (Linux, root) scheduled before others, children apart.

    It ends programs that fork without end, which it cannot where it waits among all they started.
    """
    with contextlib.suppress(OSError, AttributeError):
        policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(0, policy, os.sched_param(1))


def preload(modules: list[str]) -> None:
    """Import what programs will import; what fails here fails there, with the right line."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a child's collection leaves what it inherited alone


@dataclass
class Running:
    """A job under way: what it is, where, since when, and when its bytes were last weighed."""

    job: dict[str, Any]
    folder: Path
    namespaces: tuple[int, ...]
    began: float
    weighed: float
    overdue: bool = False
    stopped: str | None = None


class Server:
    """Runs jobs, one at a time for each set of namespaces; keeps only what is under way."""

    def __init__(self, slots: list[tuple[int, ...]]) -> None:
        self.free = slots
        self.waiting: list[dict[str, Any]] = []
        self.running: dict[int, Running] = {}

    def start(self) -> None:
        """Fork children while there are slots and jobs."""
        while self.waiting and self.free:
            job, namespaces = self.waiting.pop(0), self.free.pop()
            folder = new_folder()
            try:
                child = os.fork()
            except BlockingIOError:  # no process to be had: later
                shutil.rmtree(folder, ignore_errors=True)
                self.waiting.insert(0, job)
                self.free.append(namespaces)
                return
            if child == 0:
                try:
                    enter_job(job, folder, namespaces)
                finally:
                    traceback.print_exc()
                    os._exit(70)
            now = time.monotonic()
            self.running[child] = Running(job, folder, namespaces, now, now)

    def watch(self) -> None:
        """Kill the process tree of each job whose time is over, or that has too much."""
        now = time.monotonic()
        for child, run in self.running.items():
            if run.overdue or run.stopped:
                continue
            run.overdue = now - run.began > run.job["seconds"]
            processes = tree(child, PROCESSES + 1)
            if len(processes) > PROCESSES:
                run.stopped = f"has more than {PROCESSES} processes at a time"
            elif now - run.weighed > WEIGH_SECONDS:
                run.weighed = now
                run.stopped = excess(processes, run.folder, run.job["megabytes"])
            if run.overdue or run.stopped:
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
        run = self.running.pop(child)
        kill_group(child)
        kill_strays(set(self.running))
        self.free.append(run.namespaces)
        outcome = {
            "id": run.job["id"],
            "plain": run.job["plain"],
            "exit": os.waitstatus_to_exitcode(status),
            "overdue": run.overdue,
            "stopped": run.stopped,
            "refused": read_json(run.folder / "refused"),
            "seconds": time.monotonic() - run.began,
            "stdout": read_text(run.folder / "stdout"),
            "stderr": read_text(run.folder / "stderr"),
            "report": read_json(run.folder / "report"),
        }
        shutil.rmtree(run.folder, ignore_errors=True)
        return outcome

    def close(self) -> None:
        """Kill everything that still runs."""
        for child, run in self.running.items():
            kill_group(child)
            shutil.rmtree(run.folder, ignore_errors=True)
        kill_strays(set())


def new_folder() -> Path:
    """Make the folder of a job, with the program's own two in it."""
    folder = Path(tempfile.mkdtemp(prefix="asrun-")).resolve()
    for name in ("empty", "tmp"):
        (folder / name).mkdir()
    return folder


def tree(root: int, most: int) -> list[int]:
    """Return a process and its descendants, at most so many; on Linux alone they are known."""
    found, todo = [root], [root]
    while todo and len(found) < most:
        children = children_of(todo.pop())
        found += children
        todo += children
    return found


def children_of(process: int) -> list[int]:
    """Return the children of a process, of all its threads."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children += map(int, read_text(task / "children").split())
    return children


def excess(processes: list[int], folder: Path, megabytes: int) -> str | None:
    """Say what a job has too much of: memory of its processes together, or files."""
    most = MEMORY_SHARES * megabytes
    if memory(processes, "status", ("RssAnon:", "RssShmem:")) > most and (  # quick, an upper bound
        memory(processes, "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) > most
    ):
        return f"holds more than {most} MiB of memory in all its processes"
    blocks = 0
    for files, path in enumerate(walk(folder), 1):
        with contextlib.suppress(OSError):
            blocks += path.lstat().st_blocks
        if files > DISK_FILES or blocks * 512 > DISK_MEGABYTES * 2**20:
            return f"writes more than {DISK_MEGABYTES} MiB or {DISK_FILES} files"
    return None


def memory(processes: list[int], table: str, names: tuple[str, ...]) -> int:
    """Return the sum of some rows of a table in /proc, in MiB."""
    kilobytes = 0
    for process in processes:
        for line in read_text(Path(f"/proc/{process}/{table}")).splitlines():
            if line.startswith(names):
                kilobytes += int(line.split()[1])
    return kilobytes // 1024


def walk(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder and below."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))


def kill_group(leader: int) -> None:
    """Kill the session that this process leads, and the process itself."""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(leader, signal.SIGKILL)


def kill_strays(jobs: set[int]) -> None:
    """Kill the processes below this one that belong to no job, until there are none.

    What a dead parent leaves comes to this process, so a program that forks while it is killed
    is found in one of the next rounds.
    """
    for _ in range(1000):
        strays = [child for child in children_of(os.getpid()) if child not in jobs]
        if not strays:
            return
        for stray in strays:
            for process in tree(stray, sys.maxsize):
                kill_group(process)
        for stray in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(stray, 0)


def read_text(path: Path) -> str:
    """Return a file's text; what is no UTF-8 shows as such."""
    try:
        return path.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError:
        return ""


def read_json(path: Path) -> Any:
    """Return what a file's first line says, None where it is missing or a program spoiled it."""
    try:
        return json.loads(read_text(path).partition("\n")[0])
    except ValueError:
        return None


def serve(slots: int, modules: list[str]) -> None:
    """Serve jobs until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us closes stdin
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an import prints must not mix with the replies
    namespaces = [make_namespaces() for _ in range(slots)]
    preload(modules)
    assert_one_thread()
    adopt_orphans()
    outrun_programs()
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    server, buffer = Server(namespaces), b""
    try:
        while True:
            timeout = WATCH_SECONDS if server.running or server.waiting else None
            ready, _, _ = select.select([0, wake_read], [], [], timeout)
            if wake_read in ready:
                os.read(wake_read, 4096)
            if 0 in ready:
                chunk = os.read(0, 65536)
                if not chunk:
                    return
                *lines, buffer = (buffer + chunk).split(b"\n")
                server.waiting += [json.loads(line) for line in lines]
            server.watch()
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


# --- a lab's kernel -------------------------------------------------------------------------------


def run_confined(folder: Path, megabytes: int, command: list[str]) -> int:
    """Run a command as jobs run, shut into ``folder``; return its exit status."""
    adopt_orphans()
    namespaces = make_namespaces()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command's to answer
    outrun_programs()
    child = os.fork()
    if child == 0:
        set_process_option(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        confine(folder, megabytes, namespaces)
        os.execv(command[0], command)
    weighed, status = time.monotonic(), None
    while status is None:
        time.sleep(WATCH_SECONDS)
        ended, result = os.waitpid(child, os.WNOHANG)
        status = os.waitstatus_to_exitcode(result) if ended else None
        processes = tree(child, PROCESSES + 1)
        stop = len(processes) > PROCESSES
        if time.monotonic() - weighed > WEIGH_SECONDS:
            stop, weighed = stop or bool(excess(processes, folder, megabytes)), time.monotonic()
        if stop:
            kill_group(child)
    kill_strays(set())
    return status


if __name__ == "__main__":
    del sys.path[0]  # this file's folder: its neighbours are no modules of any program's
    if sys.argv[1] == "--environment":
        print(json.dumps(environment()))
    elif sys.argv[1] == "--batch":
        batch(int(sys.argv[2]), sys.argv[3:])
    elif sys.argv[1] == "--confined":
        sys.exit(run_confined(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
    else:
        serve(int(sys.argv[1]), sys.argv[2:])
