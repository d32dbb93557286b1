"""The checks are checked: what is caught, by what, and what survives."""

from __future__ import annotations

from asrun.errors import PageError, Place
from asrun.mutants import Judged, Report, caught, check
from asrun.mutate import Mutant

MUTANT = Mutant("docs/en/a.md", 3, "broken link", "x", "y", "")


def error(path: str, what: str = "wrong") -> PageError:
    return PageError(Place(path), what, "Mend it.")


def test_an_error_of_the_changed_file_catches_it():
    assert caught(MUTANT, [error("docs/en/a.md")]) is not None


def test_an_error_that_names_another_file_does_not_count():
    assert caught(MUTANT, [error("docs/en/b.md"), error("docs/zh/a.md")]) is None


def test_an_error_of_the_counterpart_counts_if_it_names_the_file():
    assert caught(MUTANT, [error("docs/zh/a.md", "not as in docs/en/a.md")]) is not None


def test_an_error_that_was_there_before_does_not_count():
    old = error("docs/en/a.md")
    assert caught(MUTANT, [old], [old]) is None


def test_a_program_and_its_record_answer_for_each_other():
    mutant = Mutant("snippets/a/one.py", 1, "literal", "1", "2", "")
    assert caught(mutant, [error("snippets/a/one.out")]) is not None


def test_survivors_are_listed_before_the_figure():
    report = Report((Judged(MUTANT, None), Judged(MUTANT, error("docs/en/a.md"))))
    assert str(report).splitlines() == [f"survived: {MUTANT}", "mutants: caught 1 of 2"]


def test_what_a_program_shows_is_held_and_what_it_hides_survives(files):
    files.snippet("a/one.py", "unused = 7\nprint(1 + 1)\n", "2\n")
    survivors = check(files.root, count=60).survivors
    assert {mutant.was for mutant in survivors} == {"7", "unused = 7"}


def test_a_sample_is_the_same_each_time_and_another_for_another_seed(files):
    code = "".join(f"print({number} + 1)\n" for number in range(9))
    files.snippet("a/one.py", code, "".join(f"{number + 1}\n" for number in range(9)))
    one, again, other = (
        [str(j.mutant) for j in check(files.root, seed=seed, count=12).judged] for seed in (0, 0, 1)
    )
    assert one == again != other
