"""The file that says where snippets were verified, and which of its verdicts count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asrun.base.errors import RecordError
from asrun.base.files import compute_sha256
from asrun.verification.record import (
    RECORD_PATH,
    Environment,
    SnippetRecord,
    Verdict,
    VerificationRecord,
    compute_output_digest,
    format_record,
    make_environment,
    parse_record,
    read_record,
    write_record,
)

HERE = Environment("2.14.1", "0.29.1", "3.11", "CPU", "Linux x86_64")
OLD = Environment("2.9.1", None, "3.11", "CPU", "Linux x86_64")
AT = "2026-11-25T10:00Z"


@pytest.fixture
def one(snippet):
    return snippet("print(1 + 1)\n")


@pytest.fixture
def record(one) -> VerificationRecord:
    """A record of one snippet that printed 2 in two environments."""
    verdicts = {environment.id: Verdict("equal", AT) for environment in (HERE, OLD)}
    snippet_record = SnippetRecord(
        compute_sha256(one.source), compute_output_digest("2\n"), None, verdicts
    )
    return VerificationRecord({HERE.id: HERE, OLD.id: OLD}, {"a/one.py": snippet_record})


def test_what_is_written_is_read_again_to_the_letter(record):
    text = format_record(record)
    assert parse_record(text) == record
    assert format_record(parse_record(text)) == text


def test_writing_says_whether_the_file_changed(record, tmp_path):
    assert read_record(tmp_path) is None
    assert write_record(tmp_path, record) is True
    assert read_record(tmp_path) == record
    assert write_record(tmp_path, record) is False


def test_a_snippet_is_one_line_and_lines_are_sorted(record):
    snippet_record = record.snippet_records["a/one.py"]
    both = replace(record, snippet_records={"b/two.py": snippet_record, "a/one.py": snippet_record})
    lines = [line for line in format_record(both).splitlines() if '"sha256"' in line]
    assert [line.partition(":")[0] for line in lines] == ['"a/one.py"', '"b/two.py"']


@pytest.mark.parametrize(
    ("before", "after", "message"),
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
def test_an_edit_by_hand_is_seen(record, before, after, message):
    text = format_record(record)
    assert before in text
    with pytest.raises(RecordError) as caught:
        parse_record(text.replace(before, after))
    assert message in caught.value.message
    assert str(caught.value).startswith(f"{RECORD_PATH}:")
    assert "make update" in caught.value.hint


def test_a_file_without_its_last_newline_is_told_with_its_last_line(record):
    text = format_record(record)
    with pytest.raises(RecordError, match="not as it was written") as caught:
        parse_record(text.rstrip("\n"))
    assert caught.value.location.line == text.count("\n")


def test_environments_that_no_run_needs_are_not_kept(record):
    newer = replace(HERE, torch="2.15.0")
    more = replace(record, environments={**record.environments, newer.id: newer})
    assert parse_record(format_record(more)) == record


def test_an_environments_name_follows_from_what_it_is():
    assert HERE.id == replace(HERE).id
    assert len({replace(HERE, python="3.12").id, replace(HERE, torchvision=None).id, HERE.id}) == 3


def test_a_program_that_needs_no_gpu_is_verified_on_the_cpu(snippet):
    description = {
        "torch": "2.9.1",
        "torchvision": None,
        "python": "3.12",
        "platform": "Linux x86_64",
        "cuda": "NVIDIA H100",
    }
    assert make_environment(description, snippet("print(1)\n")).device == "CPU"
    gpu_snippet = snippet("print(1)\n", "# needs: cuda\n")
    assert make_environment(description, gpu_snippet).device == "NVIDIA H100"


def test_a_verdict_counts_for_the_program_and_the_output_that_it_was_made_with(
    record, snippet, one
):
    assert set(record.find_verdicts(one, "2\n")) == {HERE, OLD}
    assert record.find_verdicts(snippet("print(2)\n"), "2\n") == {}
    assert record.find_verdicts(one, "3\n") == {}
    assert record.find_verdicts(one, None) == {}


def test_what_counts_comes_oldest_torch_first(record, one):
    assert list(record.find_verdicts(one, "2\n")) == [OLD, HERE]


def test_a_file_that_is_not_utf8_is_told_and_can_be_written_anew(record, tmp_path):
    (tmp_path / "snippets").mkdir()
    (tmp_path / RECORD_PATH).write_bytes(b"\xff\n")
    with pytest.raises(RecordError, match=r"^snippets/verified\.json:1: not UTF-8\. Take the file"):
        read_record(tmp_path)
    assert write_record(tmp_path, record) is True
    assert read_record(tmp_path) == record
