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

from .environment import FAST_FORK_ENVIRONMENT
from .files import read_json_line, read_text
from .limits import (
    MAX_JOB_PROCESSES,
    MEASURE_INTERVAL_SECONDS,
    WATCH_INTERVAL_SECONDS,
    find_exceeded_limit,
)
from .linux import PR_SET_PDEATHSIG, adopt_orphans, raise_scheduling_priority, set_process_option
from .namespaces import make_namespaces
from .processes import kill_group, kill_strays, list_process_tree
from .program import run_program
from .sandbox import enter_sandbox

MAX_FILE_BYTES = 16 * 2**20


def serve_jobs(slots: int, modules: list[str]) -> None:
    """Serve jobs until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us closes stdin
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an import prints must not mix with the replies
    namespaces = [make_namespaces() for _ in range(slots)]
    preload_modules(modules)
    assert_one_thread()
    adopt_orphans()
    raise_scheduling_priority()
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    server, buffer = Server(namespaces), b""
    try:
        while True:
            timeout = WATCH_INTERVAL_SECONDS if server.running_jobs or server.waiting_jobs else None
            ready, _, _ = select.select([0, wake_read], [], [], timeout)
            if wake_read in ready:
                os.read(wake_read, 4096)
            if 0 in ready:
                chunk = os.read(0, 65536)
                if not chunk:
                    return
                *lines, buffer = (buffer + chunk).split(b"\n")
                server.waiting_jobs += [json.loads(line) for line in lines]
            server.enforce_limits()
            for outcome in server.reap_children():
                replies.write(json.dumps(outcome) + "\n")
            replies.flush()
            server.start_jobs()
    finally:
        server.kill_jobs()


@dataclass
class RunningJob:
    """A job under way: what it is, where, since when, and when its bytes were last weighed."""

    job: dict[str, Any]
    folder: Path
    namespaces: tuple[int, ...]
    started_at: float
    measured_at: float
    is_overdue: bool = False
    exceeded_limit: str | None = None


class Server:
    """Runs jobs, one at a time for each set of namespaces; keeps only what is under way."""

    def __init__(self, slots: list[tuple[int, ...]]) -> None:
        self.free_slots = slots
        self.waiting_jobs: list[dict[str, Any]] = []
        self.running_jobs: dict[int, RunningJob] = {}

    def start_jobs(self) -> None:
        """Fork children while there are slots and jobs."""
        while self.waiting_jobs and self.free_slots:
            job, namespaces = self.waiting_jobs.pop(0), self.free_slots.pop()
            folder = make_job_folder()
            try:
                child = os.fork()
            except BlockingIOError:  # no process to be had: later
                shutil.rmtree(folder, ignore_errors=True)
                self.waiting_jobs.insert(0, job)
                self.free_slots.append(namespaces)
                return
            if child == 0:
                try:
                    enter_job(job, folder, namespaces)
                finally:
                    traceback.print_exc()
                    os._exit(70)
            now = time.monotonic()
            self.running_jobs[child] = RunningJob(job, folder, namespaces, now, now)

    def enforce_limits(self) -> None:
        """Kill the process tree of each job whose time is over, or that has too much."""
        now = time.monotonic()
        for child, running_job in self.running_jobs.items():
            if running_job.is_overdue or running_job.exceeded_limit:
                continue
            running_job.is_overdue = now - running_job.started_at > running_job.job["seconds"]
            processes = list_process_tree(child, MAX_JOB_PROCESSES + 1)
            if len(processes) > MAX_JOB_PROCESSES:
                running_job.exceeded_limit = (
                    f"has more than {MAX_JOB_PROCESSES} processes at a time"
                )
            elif now - running_job.measured_at > MEASURE_INTERVAL_SECONDS:
                running_job.measured_at = now
                running_job.exceeded_limit = find_exceeded_limit(
                    processes, running_job.folder, running_job.job["megabytes"]
                )
            if running_job.is_overdue or running_job.exceeded_limit:
                kill_group(child)

    def reap_children(self) -> list[dict[str, Any]]:
        """Collect ended children; return the outcomes of those that were jobs."""
        outcomes = []
        while True:
            try:
                child, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if child == 0:
                break
            if child in self.running_jobs:
                outcomes.append(self.finish_job(child, status))
        return outcomes

    def finish_job(self, child: int, status: int) -> dict[str, Any]:
        """End what the job left behind, read what it wrote, and remove its folder."""
        running_job = self.running_jobs.pop(child)
        kill_group(child)
        kill_strays(set(self.running_jobs))
        self.free_slots.append(running_job.namespaces)
        outcome = {
            "id": running_job.job["id"],
            "plain": running_job.job["plain"],
            "exit": os.waitstatus_to_exitcode(status),
            "overdue": running_job.is_overdue,
            "stopped": running_job.exceeded_limit,
            "refused": read_json_line(running_job.folder / "refused"),
            "seconds": time.monotonic() - running_job.started_at,
            "stdout": read_text(running_job.folder / "stdout"),
            "stderr": read_text(running_job.folder / "stderr"),
            "report": read_json_line(running_job.folder / "report"),
        }
        shutil.rmtree(running_job.folder, ignore_errors=True)
        return outcome

    def kill_jobs(self) -> None:
        """Kill everything that still runs."""
        for child, running_job in self.running_jobs.items():
            kill_group(child)
            shutil.rmtree(running_job.folder, ignore_errors=True)
        kill_strays(set())


def enter_job(job: dict[str, Any], folder: Path, namespaces: tuple[int, ...]) -> None:
    """Become the job's process: own session, own files, limits. Then run it. Never returns."""
    os.setsid()
    set_process_option(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    adopt_orphans()  # what the program loses stays in its tree, and is counted
    signal.set_wakeup_fd(-1)
    for signal_number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(signal_number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, descriptor in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        flags = os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT
        target = os.devnull if descriptor == 0 else str(folder / name)
        handle = os.open(target, flags, 0o600)
        os.dup2(handle, descriptor)
        os.close(handle)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    enter_sandbox(folder, job["megabytes"], () if job.get("network") else namespaces)
    os.closerange(3, 256)
    for name in FAST_FORK_ENVIRONMENT:  # the server's own
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


def make_job_folder() -> Path:
    """Make the folder of a job, with the program's own two in it."""
    folder = Path(tempfile.mkdtemp(prefix="asrun-")).resolve()
    for name in ("empty", "tmp"):
        (folder / name).mkdir()
    return folder


def preload_modules(modules: list[str]) -> None:
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
