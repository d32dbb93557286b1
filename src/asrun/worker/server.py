"""The server: imports the heavy modules once and forks a child for every program.

It reads jobs as JSON lines on stdin, writes outcomes as JSON lines on stdout, and ends when stdin
closes. What a fork inherits besides modules, and what is done about it:

- torch's random state: every child is seeded anew, from fresh entropy (`program.reseed`);
- threads do not survive a fork: the server imports only, and refuses to serve if it has more than
  one (`assert_one_thread`);
- children of children: each job leads a session of its own, and the whole group is killed when the
  job ends or its time is over; the server adopts what escapes (`adopt_orphans`) and kills it too;
- memory: the limit counts from what the child has mapped already (`limits.limit_memory`).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .environment import FORK_FAST
from .fence import confine
from .limits import PROCESSES, WATCH_SECONDS, WEIGH_SECONDS, excess
from .linux import PR_SET_PDEATHSIG, adopt_orphans, outrun_programs, set_process_option
from .namespaces import make_namespaces
from .processes import kill_group, kill_strays, tree
from .program import run_program
from .reading import read_json, read_text

OUTPUT_BYTES = 16 * 2**20


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
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    confine(folder, job["megabytes"], () if job.get("network") else namespaces)
    os.closerange(3, 256)
    for name in FORK_FAST:  # the server's own
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


def new_folder() -> Path:
    """Make the folder of a job, with the program's own two in it."""
    folder = Path(tempfile.mkdtemp(prefix="asrun-")).resolve()
    for name in ("empty", "tmp"):
        (folder / name).mkdir()
    return folder


def preload(modules: list[str]) -> None:
    """Import what programs will import; what fails here fails there, with the right line."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a child's collection leaves what it inherited alone


def assert_one_thread() -> None:
    """Refuse to fork from a process with threads: its children would hang (OpenMP's do)."""
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(list(tasks.iterdir())) != 1:
        sys.exit("worker: importing started threads; set OMP_NUM_THREADS=1 before it starts")
