"""Programs drawn by chance: writes to every way out, exits and exceptions, in any combination.

The same seed gives the same programs on every version of Python: `random.random` alone is used,
whose numbers are guaranteed to stay.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

from hostile.corpus import Program

SEED = 15
COUNT = 70
IMPORTS = """\
import atexit
import contextlib
import ctypes
import io
import os
import subprocess
import sys
import threading
import weakref

libc = ctypes.CDLL(None)


class Last:
    def __init__(self, text):
        self.text = text

    def __del__(self):
        print(self.text)


def in_child(text):
    child = os.fork()
    if child == 0:
        os.write(1, text)
        os._exit(0)
    os.waitpid(child, 0)


def in_thread(text):
    thread = threading.Thread(target=print, args=(text,))
    thread.start()
    thread.join()


"""
WRITES = (
    'print("{n} print")',
    'print("{n} print", flush=True)',
    'sys.stdout.write("{n} write\\n")',
    'print("{n} original stream", file=sys.__stdout__)',
    'os.write(1, b"{n} descriptor\\n")',
    'sys.stdout.buffer.write(b"{n} bytes\\n")',
    "sys.stdout.flush()",
    'libc.puts(b"{n} puts")',
    'libc.printf(b"{n} printf\\n")',
    'subprocess.run(["echo", "{n} echo"], check=True)',
    'os.system("echo {n} shell")',
    'print("{n} first half,", end=" ")\nprint("second half")',
    'print("{n} first half,", end=" ")\nos.write(1, b"in between ")\nprint("second half")',
    'in_child(b"{n} child\\n")',
    'in_thread("{n} thread")',
    'with contextlib.redirect_stdout(io.StringIO()):\n    print("{n} to nobody")',
    'with contextlib.redirect_stdout(io.StringIO()):\n    os.write(1, b"{n} beneath\\n")',
)
LATER = (
    'atexit.register(print, "{n} at exit")',
    'atexit.register(os.write, 1, b"{n} at exit, to the descriptor\\n")',
    'atexit.register(libc.puts, b"{n} at exit, by puts")',
    'weakref.finalize(Last, print, "{n} finalizer")',
    'last_{n} = Last("{n} deleted")',
    'threading.Thread(target=print, args=("{n} late thread",)).start()',
)
ENDS: tuple[tuple[str, str | None], ...] = (
    ("", None),
    ("", None),
    ("sys.exit()", "SystemExit"),
    ("sys.exit(3)", "SystemExit"),
    ('sys.exit("no weights")', "SystemExit"),
    ('raise ValueError("no weights")', "ValueError"),
    ('raise ValueError("two\\nlines")', "ValueError"),
    ('error = KeyError("a")\nerror.add_note("with a note")\nraise error', "KeyError"),
    ('try:\n    1 / 0\nfinally:\n    print("finally")', "ZeroDivisionError"),
    (
        'try:\n    {{}}["a"]\nexcept KeyError as error:\n    raise RuntimeError("b") from error',
        "RuntimeError",
    ),
    ('raise ExceptionGroup("both", [ValueError("a"), TypeError("b")])', "ExceptionGroup"),
)
Choice = TypeVar("Choice")


def generate_programs(seed: int = SEED, count: int = COUNT) -> Iterator[Program]:
    """Yield so many programs; the n-th is the same whatever the count."""
    for number in range(count):
        chance = random.Random(seed * 1_000 + number)
        statements = [_choose(chance, WRITES) for _ in range(3 + int(chance.random() * 4))]
        for _ in range(int(chance.random() * 3)):
            statements.insert(int(chance.random() * len(statements)), _choose(chance, LATER))
        end, expected_exception = _choose(chance, ENDS)
        lines = [text.format(n=place) for place, text in enumerate([*statements, end], 1)]
        yield Program(
            kind="generated",
            name=f"seed_{seed}_{number:02}",
            idea="property: every way out in any order shows what a terminal shows",
            code=IMPORTS + "\n".join(line for line in lines if line) + "\n",
            expected_exception=expected_exception,
        )


def _choose(chance: random.Random, choices: Sequence[Choice]) -> Choice:
    return choices[int(chance.random() * len(choices))]
