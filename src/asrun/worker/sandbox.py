"""The sandbox: what a program may not do to the machine it runs on, and what stops it there.

A program may not

- reach the network, unless its job says ``network``. Namespaces without a way out stop it
  (`namespaces`), and an audit hook names the line that tried (`audit_hook`);
- write outside its folders, which are its current folder and its temporary one, or outside
  /dev/shm, which is its own and bounded. Landlock stops it (`landlock`), and the same hook;
- start processes without end, or fill the memory or the disk. The server measures each job's tree
  of processes, and kills a job that has too much (`server.JobScheduler.enforce_limits`). Besides,
  limits of the kernel hold for each process (`limits`): RLIMIT_FSIZE everywhere, RLIMIT_DATA on
  Linux, RLIMIT_NPROC for every user but root.

The outcome of the job says what the hook refused, also where the program catches the error
(``refusal``), and what the job had too much of (``exceeded_limit``). What holds where:

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

The hook sees what Python code does, in the program's process and its forks. Native code and other
programs get past it: where it is alone, it keeps honest programs honest. The programs of strangers
belong on a machine with namespaces and Landlock.
"""

from __future__ import annotations

import os
import resource
import signal
import site
import sys
import tempfile
import time
from pathlib import Path

from .landlock import forbid_writing
from .limits import (
    MAX_JOB_PROCESSES,
    MEASURE_INTERVAL_SECONDS,
    WATCH_INTERVAL_SECONDS,
    find_exceeded_limit,
    limit_memory,
    limit_processes,
)
from .linux import PR_SET_PDEATHSIG, adopt_orphans, raise_scheduling_priority, set_process_option
from .namespaces import enter_namespaces, make_namespaces, mount_private_filesystems
from .processes import kill_group, kill_strays, list_process_tree


def enter_sandbox(folder: Path, megabytes: int, namespaces: tuple[int, ...]) -> None:
    """Confine this process and its descendants to a job's folder, as far as the system can.

    The current folder becomes ``folder/empty``. Temporary files, and what libraries write to the
    user's home, go to ``folder/tmp``.

    Args:
        folder: the job's folder.
        megabytes: MiB of data that a process may have, and the size of /dev/shm.
        namespaces: what `namespaces.make_namespaces` made; empty to leave it the network.
    """
    enter_namespaces(namespaces)
    mount_private_filesystems(folder, megabytes, offline=bool(namespaces))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_processes()
    limit_memory(megabytes)
    # Python finds a user's own packages from HOME, which changes below.
    os.environ["PYTHONUSERBASE"] = site.getuserbase()
    matplotlib_folder = os.environ.get("MPLCONFIGDIR") or str(
        Path("~/.cache/matplotlib").expanduser()
    )
    if Path(matplotlib_folder).is_dir():  # it holds a list of fonts that takes seconds to make
        os.environ["MPLCONFIGDIR"] = matplotlib_folder
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ.pop(name, None)
    for name in ("HOME", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(folder / "tmp")
    tempfile.tempdir = None  # the server has looked it up before
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    os.chdir(folder / "empty")
    forbid_writing(folder)


def run_sandboxed(folder: Path, megabytes: int, command: list[str]) -> int:
    """Run a command in the sandbox and return its exit status, negated if a signal ended it.

    The command is killed where it has too much. Nothing that it started outlives it.
    """
    adopt_orphans()
    namespaces = make_namespaces()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command answers it: Jupyter interrupts cells
    raise_scheduling_priority()
    child = os.fork()
    if child == 0:
        set_process_option(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        enter_sandbox(folder, megabytes, namespaces)
        os.execv(command[0], command)
    measured_at, exit_status = time.monotonic(), None
    while exit_status is None:
        time.sleep(WATCH_INTERVAL_SECONDS)
        ended_process, wait_status = os.waitpid(child, os.WNOHANG)
        exit_status = os.waitstatus_to_exitcode(wait_status) if ended_process else None
        processes = list_process_tree(child, MAX_JOB_PROCESSES + 1)
        is_over_limit = len(processes) > MAX_JOB_PROCESSES
        if time.monotonic() - measured_at > MEASURE_INTERVAL_SECONDS:
            measured_at = time.monotonic()
            is_over_limit |= find_exceeded_limit(processes, folder, megabytes) is not None
        if is_over_limit:
            kill_group(child)
    kill_strays(set())
    return exit_status
