"""What a page shows of a program, run or not."""

from __future__ import annotations

import pytest

from asrun.base.errors import FigureError, LabError, Location, RunError
from asrun.execution.cache import Cache
from asrun.execution.result import Run, Skipped
from asrun.labs.execute import CellRun
from asrun.labs.lab import parse_lab
from asrun.pages.snippet_block import ExpectedOnly
from asrun.project.project import load_project
from asrun.publish.content import ContentSource, choose_snippet_content
from asrun.verification.record import VerificationRecord

FAILED = RunError(Location("snippets/a/one.py", 3), "raises", "Mend it.")
LAB = parse_lab("docs/en/labs/x.py", "labs/x.py", "en", "# %% [markdown]\n# # T\n\n# %%\n1\n")


def make_source(files, **options) -> ContentSource:
    return ContentSource(
        load_project(files.root), "en", Cache(files.root / ".cache/asrun"), **options
    )


def choose(files, result):
    project = load_project(files.root)
    return choose_snippet_content(project, project.snippets["a/one.py"], result)


def test_a_run_is_shown_as_it_ran_and_a_failure_as_a_failure(files):
    assert choose(files, Run("3\n")) == Run("3\n")
    assert choose(files, FAILED) is FAILED


def test_without_a_run_the_expected_output_is_shown(files):
    assert choose(files, None) == ExpectedOnly("2\n")
    assert choose(files, Skipped("network")) == ExpectedOnly("2\n", "network")


def test_without_either_it_is_a_failure(files):
    (files.root / "snippets/a/one.out").unlink()
    assert "not run, and no output is recorded" in str(choose(files, None))


def test_what_no_environment_on_record_printed_is_not_shown(files):
    """The expected output may be of an earlier text of the program."""
    files.snippet("a/one.py", "print(1 + 1)\n", "2\n", "# needs: cuda\n")
    project = load_project(files.root)
    object.__setattr__(project, "verification_record", VerificationRecord({}))
    snippet = project.snippets["a/one.py"]
    content = choose_snippet_content(project, snippet, Skipped("cuda"))
    assert content == ExpectedOnly("", "cuda")


def test_given_results_are_shown_and_not_the_cache(files):
    source = make_source(files, results={"a/one.py": Run("given\n")})
    assert source.get_snippet_block("a/one.py").output == "given\n"
    assert make_source(files).get_snippet_block("a/one.py").output == "2\n"


def test_a_snippet_that_there_is_not_is_a_key_error(files):
    with pytest.raises(KeyError):
        make_source(files).get_snippet_block("a/no.py")


def test_a_strict_build_takes_no_failure_and_others_show_it(files):
    results = {"a/one.py": FAILED}
    assert make_source(files, results=results).get_snippet_block("a/one.py").failure == str(FAILED)
    with pytest.raises(RunError) as raised:
        make_source(files, results=results, is_strict=True).get_snippet_block("a/one.py")
    assert raised.value is FAILED


def test_a_strict_build_takes_no_figure_that_is_not_drawn(files):
    header = "# draw: x -> y\n# figure.zh: 图。\n# figure.en: A figure.\n"
    files.snippet("a/one.py", "x = 1\nprint(2)\n", "2\n", header)
    assert make_source(files).get_snippet_block("a/one.py").figures == (None,)
    with pytest.raises(FigureError) as raised:
        make_source(files, is_strict=True).get_snippet_block("a/one.py")
    assert str(raised.value) == ("snippets/a/one.py:1: a figure is not drawn. Run `make site`.")


def test_a_lab_that_was_not_run_stops_a_strict_build_alone(files):
    assert make_source(files).find_lab_run(LAB) is None
    with pytest.raises(LabError) as raised:
        make_source(files, is_strict=True).find_lab_run(LAB)
    assert str(raised.value) == "docs/en/labs/x.py:1: not run. Run `make site`."


def test_a_lab_that_failed_is_shown_as_one_that_was_not_run(files):
    failure = LabError(Location(LAB.path), "raises", "Mend it.")
    assert make_source(files, lab_runs={LAB.path: failure}).find_lab_run(LAB) is None
    run = (CellRun("1\n", ()),)
    assert make_source(files, lab_runs={LAB.path: run}).find_lab_run(LAB) == run
