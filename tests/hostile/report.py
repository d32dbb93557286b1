"""Prints what the engine does otherwise than ``python FILE``: for whoever mends it.

``PYTHONPATH=src:tests .venv/bin/python -m hostile.report [WORD…]`` compares the programs whose
paths hold one of the words, or all of them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hostile.corpus import read_programs
from hostile.differential import compare_programs, describe_totals
from hostile.generate import generate_programs
from hostile.native import Native


def main(words: list[str]) -> int:
    """Compare, print what disagreed and the totals; return 1 if anything disagreed."""
    programs = [
        program
        for program in (*read_programs(), *generate_programs())
        if not words or any(word in program.path for word in words)
    ]
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        verdicts = compare_programs(programs, Native(Path(folder)))
    disagreed = [verdict for verdict in verdicts if verdict.outcome == "disagreed"]
    for line in (*disagreed, *describe_totals(verdicts)):
        sys.stdout.write(f"{line}\n")
    return bool(disagreed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
