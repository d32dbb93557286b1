"""Where snippets were proven: the file, what drops out of it, what a check finds in it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from asrun.base.errors import Location, RecordError, RunError
from asrun.cli.main import main
from asrun.execution.result import Run, Skipped
from asrun.verification.record import (
    RECORD_PATH,
    Environment,
    SnippetRecord,
    Verdict,
    VerificationRecord,
    format_record,
    make_environment,
    parse_record,
    read_record,
)
from asrun.verification.verdicts import (
    VerifiedRun,
    apply_local_runs,
    apply_other_runs,
    decide_verdict,
    digest_figures,
    find_record_problem,
)

HERE = Environment("2.14.1", "0.29.1", "3.11", "CPU", "Linux x86_64")
OLD = Environment("2.9.1", None, "3.11", "CPU", "Linux x86_64")
AT, LATER = "2026-11-25T10:00Z", "2026-11-26T10:00Z"


@pytest.fixture
def one(snippet):
    return snippet("print(1 + 1)\n")


@pytest.fixture
def recorded(files, one) -> VerificationRecord:
    """The record after an update of a project with one snippet."""
    return apply_local_runs(
        files.root, VerificationRecord(), [one], [VerifiedRun(one, Run("2\n"), HERE, AT)]
    )


# --- the file -----------------------------------------------------------------------------------


def test_what_is_written_is_read_again_to_the_letter(recorded):
    text = format_record(recorded)
    assert parse_record(text) == recorded
    assert format_record(parse_record(text)) == text


def test_a_snippet_is_one_line_and_lines_are_sorted(recorded):
    proof = recorded.snippet_records["a/one.py"]
    both = replace(recorded, snippet_records={"b/two.py": proof, "a/one.py": proof})
    lines = [line for line in format_record(both).splitlines() if '"sha256"' in line]
    assert [line.partition(":")[0] for line in lines] == ['"a/one.py"', '"b/two.py"']


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('"equal"', '"different"', "the line of a/one.py is not as it was written"),
        ('["equal", "2026', '["equal", "2027', "the line of a/one.py is not as it was written"),
        ('"sha256": "', '"sha256": "0', "the line of a/one.py is not as it was written"),
        ('"equal"', '"fine"', "not of its form"),
        ('"torch": "2.14.1"', '"torch": "2.15.0"', "is not the name of this environment"),
        ('"runs": {"2', '"runs": {"3', "no environment 3"),
        ('"figures": null, ', "", "not of its form"),
        ('\n"about"', '\n\n"about"', "not as it was written"),
        ('"snippets": {', '"snippets": {,', "not JSON"),
    ],
)
def test_an_edit_by_hand_is_seen(recorded, was, becomes, says):
    text = format_record(recorded)
    assert text.count(was) >= 1
    with pytest.raises(RecordError) as caught:
        parse_record(text.replace(was, becomes))
    assert says in caught.value.message
    assert str(caught.value).startswith(f"{RECORD_PATH}:")
    assert "make update" in caught.value.hint


def test_environments_that_no_run_needs_are_not_kept(recorded):
    more = replace(recorded, environments={**recorded.environments, OLD.id: OLD})
    assert parse_record(format_record(more)) == recorded


def test_an_environments_name_follows_from_what_it_is():
    assert HERE.id == replace(HERE).id
    assert len({replace(HERE, python="3.12").id, replace(HERE, torchvision=None).id, HERE.id}) == 3


def test_a_program_that_needs_no_gpu_is_proven_on_the_cpu(snippet):
    told = {
        "torch": "2.9.1",
        "torchvision": None,
        "python": "3.12",
        "platform": "Linux x86_64",
        "cuda": "NVIDIA H100",
    }
    assert make_environment(told, snippet("print(1)\n")).device == "CPU"
    assert make_environment(told, snippet("print(1)\n", "# needs: cuda\n")).device == "NVIDIA H100"


# --- what counts --------------------------------------------------------------------------------


def test_a_result_counts_for_the_program_and_the_output_that_it_was_made_with(
    recorded, snippet, one
):
    assert list(recorded.find_verdicts(one, "2\n")) == [HERE]
    assert recorded.find_verdicts(snippet("print(2)\n"), "2\n") == {}
    assert recorded.find_verdicts(one, "3\n") == {}
    assert recorded.find_verdicts(one, None) == {}


def test_what_counts_comes_oldest_torch_first(files, recorded, one):
    both = apply_other_runs(files.root, recorded, [one], [VerifiedRun(one, Run("2\n"), OLD, AT)])
    assert list(both.find_verdicts(one, "2\n")) == [OLD, HERE]


def test_the_next_write_drops_the_results_of_a_changed_snippet(files, recorded, snippet, one):
    both = apply_other_runs(files.root, recorded, [one], [VerifiedRun(one, Run("2\n"), OLD, AT)])
    changed = snippet("print(2)\n")
    found = apply_local_runs(
        files.root, both, [changed], [VerifiedRun(changed, Run("2\n"), HERE, LATER)]
    )
    assert found.snippet_records["a/one.py"].verdicts == {HERE.id: Verdict("equal", LATER)}


def test_the_next_write_drops_the_results_of_a_changed_output(files, recorded, one):
    files.write("snippets/a/one.out", "3\n")
    assert apply_local_runs(files.root, recorded, [one], []).snippet_records == {}


def test_the_next_write_drops_the_results_of_a_changed_figure(files, recorded, one):
    drawn = Run("2\n", {"x": {"shape": [1], "dtype": "int64", "values": [1]}})
    both = apply_other_runs(files.root, recorded, [one], [VerifiedRun(one, Run("2\n"), OLD, AT)])
    found = apply_local_runs(files.root, both, [one], [VerifiedRun(one, drawn, HERE, LATER)])
    assert found.snippet_records["a/one.py"].verdicts == {HERE.id: Verdict("equal", LATER)}


def test_the_next_write_drops_the_line_of_a_snippet_that_is_gone(files, recorded):
    assert apply_local_runs(files.root, recorded, [], []).snippet_records == {}


def test_an_update_without_a_change_keeps_the_time_of_the_run(files, recorded, one):
    again = apply_local_runs(
        files.root, recorded, [one], [VerifiedRun(one, Run("2\n"), HERE, LATER)]
    )
    assert again == recorded


def test_an_update_elsewhere_with_the_same_torch_adds_nothing(files, recorded, one):
    """Or each contributor's machine would write all the lines."""
    other = replace(HERE, python="3.13")
    again = apply_local_runs(
        files.root, recorded, [one], [VerifiedRun(one, Run("2\n"), other, LATER)]
    )
    assert again == recorded


def test_an_update_writes_nothing_of_a_run_that_failed_or_is_not_recorded(files, one):
    failed = RunError(one.locate_line(), "raises", "Mend it.")
    for result in (failed, Skipped("cuda"), Run("3\n")):
        assert (
            apply_local_runs(
                files.root, VerificationRecord(), [one], [VerifiedRun(one, result, HERE, AT)]
            ).snippet_records
            == {}
        )


# --- verdicts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "result", "said"),
    [
        ("print(1 + 1)\n", Run("2\n"), ("equal", "")),
        (
            "print(1 + 1)\n",
            Run("3\n"),
            ("different", "line 1: `2`, here `3`"),
        ),
        (
            "1 / 0\n",
            RunError(Location("snippets/a/one.py", 3), "raises `ZeroDivisionError: x`", "Mend it."),
            ("failed", "raises `ZeroDivisionError: x` (line 3)"),
        ),
        (
            "from torchvision import x\n",
            RunError(
                Location("snippets/a/one.py", 3),
                "raises `ModuleNotFoundError: No module named 'torchvision'`",
                "Mend it.",
            ),
            ("lacks", "torchvision"),
        ),
        (
            "import torch\n",
            RunError(
                Location("snippets/a/one.py", 3),
                "raises `ModuleNotFoundError: No module named 'numpy'`",
                "Mend it.",
            ),
            ("failed", "raises `ModuleNotFoundError: No module named 'numpy'` (line 3)"),
        ),
    ],
)
def test_a_run_elsewhere_is_equal_different_failed_or_lacks_something(
    files, snippet, code, result, said
):
    kind, why = said
    assert decide_verdict(files.root, snippet(code), result, AT, None) == Verdict(kind, AT, why)


def test_a_difference_far_along_a_line_is_shown_where_it_is(files, snippet):
    files.write("snippets/a/one.out", f"same\n{'x' * 300}AB\n")
    said = decide_verdict(
        files.root, snippet("print(2)\n"), Run(f"same\n{'x' * 300}AC\n"), AT, None
    )
    assert said.reason == f"line 2: `…{'x' * 19}AB`, here `…{'x' * 19}AC`"


def test_a_machine_without_a_gpu_says_nothing_of_a_gpu_program(files, one):
    assert decide_verdict(files.root, one, Skipped("cuda"), AT, None) is None


def test_another_figure_is_a_difference(files, one):
    drawn = Run("2\n", {"x": {"shape": [1], "dtype": "int64", "values": [1]}})
    assert decide_verdict(files.root, one, drawn, AT, None).kind == "different"
    assert decide_verdict(files.root, one, drawn, AT, digest_figures(drawn)).kind == "equal"


def test_a_reason_names_no_folder_of_the_machine(files, one):
    error = RunError(one.locate_line(), "raises `OSError: /opt/some/lib/python3.11/x.so: bad`", "")
    assert (
        decide_verdict(files.root, one, error, AT, None).reason
        == "raises `OSError: …/x.so: bad` (line 1)"
    )


# --- merging ------------------------------------------------------------------------------------


def test_any_order_of_merges_gives_the_same_bytes(files, recorded, one):
    failed = RunError(one.locate_line(), "raises", "Mend it.")
    runs = [
        VerifiedRun(one, Run("2\n"), OLD, AT),
        VerifiedRun(one, failed, OLD, AT),
        VerifiedRun(one, Run("3\n"), OLD, LATER),
        VerifiedRun(one, Run("2\n"), replace(OLD, torch="2.13.0"), AT),
    ]
    texts = set()
    for ordered in itertools.permutations(runs):
        found = recorded
        for ran in ordered:
            found = apply_other_runs(files.root, found, [one], [ran])
        texts.add(format_record(found))
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("outputs", "counts"),
    [
        ({"3\n": AT, "2\n": LATER}, "equal"),
        ({"2\n": AT, "3\n": LATER}, "different"),
        ({"2\n": AT, "3\n": AT}, "different"),
    ],
)
def test_the_later_verdict_counts_and_at_once_the_worse(files, recorded, one, outputs, counts):
    runs = [VerifiedRun(one, Run(output), OLD, at) for output, at in outputs.items()]
    found = apply_other_runs(files.root, recorded, [one], runs)
    assert found.snippet_records["a/one.py"].verdicts[OLD.id].kind == counts


def tensor(value: float) -> dict[str, object]:
    return {"shape": [1], "dtype": "float32", "values": [value]}


# --- what a check finds -------------------------------------------------------------------------


def test_a_proven_snippet_has_no_problem(recorded, one):
    assert find_record_problem(recorded, one, Run("2\n"), HERE) is None
    assert find_record_problem(recorded, one, Run("2\n"), OLD) is None  # proven elsewhere is proven


def test_a_changed_snippet_is_unproven(recorded, snippet):
    changed = snippet("print(2)\n")
    found = str(find_record_problem(recorded, changed, Run("2\n"), HERE))
    assert found.startswith("snippets/a/one.py:1: snippets/verified.json does not say where")
    assert "make update" in found


def test_a_snippet_that_passed_nowhere_is_unproven(one):
    proof = SnippetRecord("", "", None, {HERE.id: Verdict("failed", AT, "x")})
    assert find_record_problem(
        VerificationRecord({HERE.id: HERE}, {"a/one.py": proof}), one, Run("2\n"), HERE
    )


def test_a_verdict_that_is_not_this_runs_is_caught(files, recorded, one):
    wrong = apply_other_runs(
        files.root, recorded, [one], [VerifiedRun(one, Run("3\n"), HERE, LATER)]
    )
    wrong = apply_other_runs(files.root, wrong, [one], [VerifiedRun(one, Run("2\n"), OLD, AT)])
    found = find_record_problem(wrong, one, Run("2\n"), HERE)
    assert "says that snippets/a/one.py is different here, and it ran" in str(found)
    assert found.location == Location(RECORD_PATH, 8)


def test_a_figure_that_is_not_the_one_recorded_is_caught(recorded, one):
    drawn = Run("2\n", {"x": tensor(1)})
    assert "its figure is not the one recorded" in str(
        find_record_problem(recorded, one, drawn, HERE)
    )


# --- a project ----------------------------------------------------------------------------------


def asrun(files, *arguments: str) -> int:
    return main(["--root", str(files.root), *arguments])


def test_an_update_writes_the_record_and_a_check_holds_to_it(files, capsys):
    assert asrun(files, "update") == 0
    assert read_record(files.root).snippet_records["a/one.py"].passed_environments
    before = files.read(RECORD_PATH)
    assert asrun(files, "check") == 0
    assert asrun(files, "update") == 0
    assert files.read(RECORD_PATH) == before
    files.snippet("a/one.py", "print(4 - 2)\n")
    capsys.readouterr()
    assert asrun(files, "check") == 1
    told = capsys.readouterr().err
    assert "snippets/a/one.py:1: snippets/verified.json does not say where" in told
    assert asrun(files, "update") == 0
    assert asrun(files, "check") == 0


def test_a_check_finds_a_line_of_a_snippet_that_is_gone(files, capsys):
    files.snippet("a/two.py", "print(2)\n", "2\n")
    asrun(files, "update")
    for name in ("two.py", "two.out"):
        (files.root / "snippets/a" / name).unlink()
    assert asrun(files, "check") == 1
    assert (
        f"{RECORD_PATH}:8: snippets/a/two.py is gone. Run `make update`" in capsys.readouterr().err
    )


def test_a_check_finds_an_edit_and_an_update_mends_it(files, capsys):
    asrun(files, "update")
    files.write(RECORD_PATH, files.read(RECORD_PATH).replace('"equal"', '"failed"'))
    assert asrun(files, "check") == 1
    assert (
        f"{RECORD_PATH}:7: the line of a/one.py is not as it was written" in capsys.readouterr().err
    )
    asrun(files, "update")
    assert asrun(files, "check") == 0
