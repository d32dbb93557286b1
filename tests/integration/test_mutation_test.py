from __future__ import annotations

from itertools import pairwise

import pytest

from asrun.base.errors import Location, MutantError, PageError, RunError
from asrun.execution.runner import Runner
from asrun.project.checks import find_project_problems
from asrun.project.project import load_project
from asrun_quality.mutant_sample import draw_sample
from asrun_quality.mutation_test import (
    find_baseline_problems,
    find_new_error,
    run_mutation_test,
)
from asrun_quality.mutators import Mutant

PROGRAM = Mutant("snippets/a/one.py", 3, "literal", "1", "2", "")
TEXT = Mutant("docs/zh/x.md", 3, "broken link", "a", "b", "")


def error(path: str, what: str = "wrong") -> RunError:
    return RunError(Location(path), what, "Mend it.")


@pytest.mark.parametrize("path", ["snippets/a/one.py", "snippets/a/one.out"])
def test_a_program_is_caught_by_an_error_at_it_or_at_its_record(path: str):
    assert find_new_error(PROGRAM, [error(path)])


@pytest.mark.parametrize("path", ["snippets/a/two.py", "snippets/verified.json", "docs/zh/x.md"])
def test_an_error_that_names_another_file_does_not_count(path: str):
    assert find_new_error(PROGRAM, [error(path, "snippets/a/one.py")]) is None


def test_a_page_is_caught_at_its_counterpart_only_if_the_error_names_it():
    assert find_new_error(TEXT, [error("docs/en/x.md", "none in docs/zh/x.md")])
    assert find_new_error(TEXT, [error("docs/en/x.md", "wrong by itself")]) is None
    assert find_new_error(TEXT, [error("docs/en/y.md", "docs/zh/x.md")]) is None


def test_an_error_that_was_there_before_does_not_count():
    old = PageError(Location(TEXT.path), "old", "Mend it.")
    assert find_new_error(TEXT, [old], [old]) is None


def test_a_planted_survivor_is_listed(files):
    """The program prints nothing of ``unused``, so no check can tell that it changed."""
    files.snippet("a/one.py", "unused = 7\nprint(1 + 1)\n", "2\n")
    files.write("docs/zh/index.md", files.read("docs/zh/index.md") + "\n## 甲 { #a }\n")
    files.write("docs/en/index.md", files.read("docs/en/index.md") + "\n## A { #a }\n")
    report = run_mutation_test(files.root, count=100)
    lines = str(report).splitlines()
    assert {(m.line, m.before) for m in report.survivors} == {(3, "7"), (3, "unused = 7")}
    assert "survived: snippets/a/one.py:3: literal `7` → `8`" in lines
    mutant_count = len(report.results)
    assert lines[-1] == f"mutants: caught {mutant_count - 2} of {mutant_count}"
    kinds = {one.mutant.kind for one in report.results if one.error}
    assert kinds == {
        *("literal", "operator", "dropped line", "digit"),
        *("removed section", "renamed heading", "hand-written fence"),
    }


def test_a_program_that_has_a_line_in_no_record_is_judged_by_what_it_does(files):
    """No hash tells: with a record of where it was proven, the survivors are the same."""
    from asrun.verification.record import VerificationRecord, write_record

    files.snippet("a/one.py", "unused = 7\nprint(1 + 1)\n", "2\n")
    write_record(files.root, VerificationRecord())
    assert len(run_mutation_test(files.root, count=100).survivors) == 2


def test_the_same_seed_draws_the_same_sample_and_another_seed_another(files):
    for number in range(20):
        files.snippet(f"a/p{number}.py", f"print({number} + 1)\n", f"{number + 1}\n")
    project = load_project(files.root)
    samples = [draw_sample(project, seed, 20) for seed in (0, 0, 1)]
    assert samples[0] == samples[1] != samples[2]


def test_a_seed_draws_what_it_always_drew(files):
    """The names of the kinds are part of the seed: a renamed kind would draw other mutants."""
    for number in range(20):
        files.snippet(f"a/p{number}.py", f"print({number} + 1)\n", f"{number + 1}\n")
    files.page(files.read("docs/zh/index.md") + "\n## A { #a }\n\n[x](index.md)\n\n| 1 |\n|---|\n")
    sample = draw_sample(load_project(files.root), 0, 10)
    assert [str(mutant) for mutant in sample] == [
        "snippets/a/p12.py:3: literal `12` → `13`",
        "snippets/a/one.py:3: operator `+` → `-`",
        "snippets/a/p0.py:3: operator `+` → `-`",
        "snippets/a/p3.py:3: dropped line `print(3 + 1)` → `pass`",
        "snippets/a/p1.out:1: digit `2` → `3`",
        "docs/en/index.md:10: renamed heading `A` → `A 2 { #a-2 }`",
        "docs/zh/index.md:7: hand-written fence `a/one.py` → `import torch`",
        "docs/en/index.md:14: changed number `1` → `2`",
    ]


def test_one_program_more_changes_a_sample_by_little(files):
    for number in range(20):
        files.snippet(f"a/p{number}.py", f"print({number} + 1)\n", f"{number + 1}\n")
    samples = [set(draw_sample(load_project(files.root), 0, 40))]
    files.snippet("a/new.py", "print(3 + 4)\n", "7\n")
    samples.append(set(draw_sample(load_project(files.root), 0, 40)))
    assert all(len(a - b) <= 8 for a, b in pairwise(samples))


def test_what_cannot_run_here_is_not_changed(files, monkeypatch):
    monkeypatch.delenv("ASRUN_NETWORK", raising=False)
    files.snippet("a/one.py", "print(1)\n", "1\n", header="# needs: network\n")
    assert not [
        m for m in draw_sample(load_project(files.root), 0, 100) if m.path.startswith("snippets/")
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("print(1 + 2)\n", "snippets/a/one.out:1: wrong before any mutant was made: the record"),
        ("print(2)\n\n1 / 0\n", "snippets/a/one.py:5: wrong before any mutant was made: raises"),
    ],
)
def test_a_program_that_is_wrong_as_it_is_stops_the_check(files, code: str, message: str):
    """Any mutant of it would count as caught, by an error that it did not bring."""
    files.snippet("a/one.py", code, "2\n")
    with pytest.raises(MutantError) as raised:
        run_mutation_test(files.root, count=20)
    assert str(raised.value).startswith(message)
    assert str(raised.value).endswith("then try again: `make check` tells of all.")


def test_a_page_that_is_wrong_as_it_is_stops_the_check(files):
    """A mutant that moves its lines would move the error too, as if it were a new one."""
    files.page(files.read("docs/zh/index.md") + "\n[x](gone.md)\n")
    with pytest.raises(MutantError, match=r"^docs/en/index\.md:10: wrong .*leads nowhere"):
        run_mutation_test(files.root, count=20)


def test_what_is_wrong_with_a_file_out_of_the_sample_stops_nothing(files):
    files.snippet("a/two.py", "print(2)\n", "3\n")
    with Runner() as runner:
        project = load_project(files.root)
        assert (
            find_baseline_problems(project, [PROGRAM], find_project_problems(project), runner) == []
        )
        assert find_baseline_problems(
            project,
            [Mutant("snippets/a/two.out", 1, "digit", "", "", "")],
            find_project_problems(project),
            runner,
        )


class RunsNothing(Runner):
    def run_snippets(self, snippets, progress=None):
        assert not [*snippets]
        return iter(())


def test_a_program_that_has_run_before_does_not_run_again_to_be_found_sound(files):
    project = load_project(files.root)
    with Runner() as runner:
        assert (
            find_baseline_problems(project, [PROGRAM], find_project_problems(project), runner) == []
        )
    assert (
        find_baseline_problems(project, [PROGRAM], find_project_problems(project), RunsNothing())
        == []
    )
