"""The fence: what a program may not do to the machine it runs on, and what stops it there.

What is refused is named in the outcome (``refused``: what, and the line), also where the program
swallows the error. A program may not

- reach the network (unless ``job["network"]``): network namespaces without a way out
  (`namespaces`), and an audit hook that names the line (`hook`);
- write outside its folder (its current one, its temporary one, /dev/shm): Landlock (`landlock`),
  and the same hook; /dev/shm is its own and bounded;
- start processes without end, fill memory or the disk: the server counts what each job's tree of
  processes has, and ends a job that has too much (`server.Server.watch`); the outcome says which
  (``stopped``). Limits of the kernel hold besides (`limits`): RLIMIT_FSIZE everywhere, RLIMIT_DATA
  on Linux, RLIMIT_NPROC for users other than root.

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
    """Shut this process and its descendants into ``folder``, as far as the system can.

    The current folder becomes ``folder/empty``; temporary files and what libraries keep at home go
    into ``folder/tmp``.
    """
    enter_namespaces(namespaces)
    mount_private_filesystems(folder, megabytes, offline=bool(namespaces))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_processes()
    limit_memory(megabytes)
    os.environ["PYTHONUSERBASE"] = site.getuserbase()  # found from home otherwise
    matplotlib_folder = os.environ.get("MPLCONFIGDIR") or str(
        Path("~/.cache/matplotlib").expanduser()
    )
    if Path(matplotlib_folder).is_dir():  # the list of fonts, which takes seconds to make
        os.environ["MPLCONFIGDIR"] = matplotlib_folder
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ.pop(name, None)
    for name in ("HOME", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(folder / "tmp")
    tempfile.tempdir = None  # the server's
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    os.chdir(folder / "empty")
    forbid_writing(folder)


def run_sandboxed(folder: Path, megabytes: int, command: list[str]) -> int:
    """Run a command, a lab's kernel, as jobs run: shut into ``folder``. Return its exit status."""
    adopt_orphans()
    namespaces = make_namespaces()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command's to answer
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
            is_over_limit, measured_at = (
                is_over_limit or bool(find_exceeded_limit(processes, folder, megabytes)),
                time.monotonic(),
            )
        if is_over_limit:
            kill_group(child)
    kill_strays(set())
    return exit_status
