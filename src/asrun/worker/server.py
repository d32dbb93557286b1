"""Imports modules once, then forks a process for each program, which finds them imported.

A server reads jobs from stdin and writes their outcomes to stdout, as JSON lines, until stdin ends.
A fork inherits more than modules. What is done about it:

- Every fork starts with the same state of the random generators. It seeds them anew
  (`program.reseed_generators`), so that a program that forgets its seed prints something else each
  time.
- Threads do not survive a fork, and what waits for them hangs. The server starts none, and ends if
  an import has (`assert_one_thread`).
- A program may start processes and leave them behind. Each job leads a session of its own, which is
  killed as a whole, and the server adopts what leaves the session (`linux.adopt_orphans`).
- A fork starts with all the memory that the server has mapped. Its limit counts from there
  (`limits.limit_memory`).
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
from typing import NoReturn

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
from .protocol import Job, Outcome, is_refusal, is_report
from .sandbox import enter_sandbox

MAX_FILE_BYTES = 16 * 2**20  # of each file that a program writes, its output among them


def serve_jobs(slots: int, modules: list[str]) -> NoReturn:
    """Serve jobs until stdin ends.

    Args:
        slots: how many programs run at a time.
        modules: what is imported before the first fork.
    """
    # Ctrl-C reaches every process of a terminal; whoever started this one closes its stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an import prints must not get between the outcomes
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
    scheduler, buffer = JobScheduler(namespaces), b""
    try:
        while True:
            timeout = (
                WATCH_INTERVAL_SECONDS if scheduler.running_jobs or scheduler.waiting_jobs else None
            )
            ready, _, _ = select.select([0, wake_read], [], [], timeout)
            if wake_read in ready:
                os.read(wake_read, 4096)
            if 0 in ready:
                chunk = os.read(0, 65536)
                if not chunk:
                    break
                *lines, buffer = (buffer + chunk).split(b"\n")
                scheduler.waiting_jobs += [json.loads(line) for line in lines]
            scheduler.enforce_limits()
            for outcome in scheduler.reap_children():
                replies.write(json.dumps(outcome) + "\n")
            replies.flush()
            scheduler.start_jobs()
    finally:
        scheduler.kill_jobs()
    os._exit(0)  # to take all that was imported apart first would take a quarter of a second


@dataclass
class RunningJob:
    """A job whose process has been forked. Times are those of ``time.monotonic``, in seconds."""

    job: Job
    folder: Path
    namespaces: tuple[int, ...]
    started_at: float
    measured_at: float
    """When its memory and files were last measured."""
    is_overdue: bool = False
    exceeded_limit: str | None = None


class JobScheduler:
    """The jobs that wait and those that run, one at a time in each of some namespaces.

    Two programs in one namespace could not listen on the same port.
    """

    def __init__(self, namespaces: list[tuple[int, ...]]) -> None:
        self.free_namespaces = namespaces
        self.waiting_jobs: list[Job] = []
        self.running_jobs: dict[int, RunningJob] = {}
        """By process."""

    def start_jobs(self) -> None:
        """Fork a process for each waiting job that finds free namespaces."""
        while self.waiting_jobs and self.free_namespaces:
            job, namespaces = self.waiting_jobs.pop(0), self.free_namespaces.pop()
            folder = make_job_folder()
            try:
                child = os.fork()
            except BlockingIOError:  # too many processes on this machine: try again later
                shutil.rmtree(folder, ignore_errors=True)
                self.waiting_jobs.insert(0, job)
                self.free_namespaces.append(namespaces)
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
        """Kill each job whose time is over or that has too much, and note the reason."""
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

    def reap_children(self) -> list[Outcome]:
        """Collect the children that have ended, and return the outcomes of the jobs among them."""
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

    def finish_job(self, child: int, status: int) -> Outcome:
        """Kill what an ended job left behind, read what it wrote, and remove its folder.

        Args:
            child: the job's process, which has ended.
            status: what ``waitpid`` said of it.
        """
        running_job = self.running_jobs.pop(child)
        job, folder = running_job.job, running_job.folder
        kill_group(child)
        kill_strays(set(self.running_jobs))
        self.free_namespaces.append(running_job.namespaces)
        refusal, report = read_json_line(folder / "refused"), read_json_line(folder / "report")
        outcome: Outcome = {
            "id": job["id"],
            "plain": job["plain"],
            "exit_code": os.waitstatus_to_exitcode(status),
            "is_overdue": running_job.is_overdue,
            "exceeded_limit": running_job.exceeded_limit,
            "refusal": refusal if is_refusal(refusal) else None,
            "seconds": time.monotonic() - running_job.started_at,
            "stdout": read_text(folder / "stdout"),
            "stderr": read_text(folder / "stderr"),
            "report": report if is_report(report) else None,
        }
        shutil.rmtree(folder, ignore_errors=True)
        return outcome

    def kill_jobs(self) -> None:
        """Kill all jobs that run and remove their folders."""
        for child, running_job in self.running_jobs.items():
            kill_group(child)
            shutil.rmtree(running_job.folder, ignore_errors=True)
        kill_strays(set())


def enter_job(job: Job, folder: Path, namespaces: tuple[int, ...]) -> NoReturn:
    """Make this process, which was just forked, the job's own, and run the program in it."""
    os.setsid()
    set_process_option(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    adopt_orphans()  # what the program leaves behind stays in its tree, where it is counted
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
    enter_sandbox(folder, job["megabytes"], () if job["network"] else namespaces)
    os.closerange(3, 256)  # the server's pipes, and the handles of all its namespaces
    for name in FAST_FORK_ENVIRONMENT:  # meant for the server alone
        os.environ.pop(name, None)
    file = job["path"]
    if job["plain"] or job["as_file"]:
        code_file = folder / "code" / Path(job["path"]).name
        code_file.parent.mkdir()
        code_file.write_text(job["source"], encoding="utf-8")
        file = str(code_file)
    if job["plain"]:
        os.execv(sys.executable, [sys.executable, "-W", "error", file])
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    run_program(job, file, folder)


def make_job_folder() -> Path:
    """Make a job's folder, with the program's current folder and its temporary one in it."""
    folder = Path(tempfile.mkdtemp(prefix="asrun-")).resolve()
    for name in ("empty", "tmp"):
        (folder / name).mkdir()
    return folder


def preload_modules(modules: list[str]) -> None:
    """Import what programs will import.

    An import that fails is passed over: it fails again in the program, which says in what line.
    """
    gc.disable()  # collections would find next to nothing, and take a quarter of the time
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.freeze()  # a program's collections pass over all objects that it inherited
    gc.enable()


def assert_one_thread() -> None:
    """End this process if it has several threads: its forks would hang (OpenMP's do)."""
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(list(tasks.iterdir())) != 1:
        sys.exit("worker: importing started threads; set OMP_NUM_THREADS=1 before it starts")
