"""The whole differential test, in minutes: ``make slow`` runs it, pytest alone does not find it.

``python -m pytest tests/hostile/whole_corpus.py -k ends`` runs one kind. What is compared stands in
`differential.py`.
"""

from __future__ import annotations

import pytest

from hostile.corpus import Program, read_programs
from hostile.differential import (
    MOST_REFUSED,
    WAYS,
    Verdict,
    compare_programs,
    count_outcomes,
    describe_totals,
)
from hostile.generate import generate_programs
from hostile.native import Native

PROGRAMS = {program.path: program for program in (*read_programs(), *generate_programs())}


@pytest.fixture(scope="session")
def verdicts(request, tmp_path_factory) -> dict[tuple[str, str], Verdict]:
    """Compare the programs that are selected, all at once."""
    selected: dict[str, Program] = {}
    for item in request.session.items:
        path = getattr(item, "callspec", None) and item.callspec.params.get("path")
        if path in PROGRAMS:
            selected[path] = PROGRAMS[path]
    native = Native(tmp_path_factory.mktemp("native"))
    compared = compare_programs(selected.values(), native)
    return {(verdict.way, verdict.program.path): verdict for verdict in compared}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", PROGRAMS)
def test_it_does_as_python_file_does(verdicts, path: str, way: str):
    verdict = verdicts[way, path]
    assert verdict.outcome != "disagreed", verdict.detail


def test_few_are_refused(verdicts, tell):
    if len(verdicts) < len(PROGRAMS) * len(WAYS):
        pytest.skip("counts only where all programs run")
    for line in describe_totals(list(verdicts.values())):
        tell(line)
    for counts in count_outcomes(verdicts.values()).values():
        assert counts["refused"] <= MOST_REFUSED * counts.total()


def test_half_of_them_come_from_public_reports_or_from_chance():
    from_outside = [
        program
        for program in PROGRAMS.values()
        if program.kind == "generated" or "#" in program.idea or "bpo-" in program.idea
    ]
    assert len(PROGRAMS) >= 150
    assert len(from_outside) >= len(PROGRAMS) / 2
