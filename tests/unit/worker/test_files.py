from __future__ import annotations

import pytest

from asrun.worker.files import read_json_line, read_text


def test_a_text_that_is_not_utf_8_is_read_with_escapes(tmp_path):
    (tmp_path / "stdout").write_bytes("é\n".encode() + b"\xff\n")
    assert read_text(tmp_path / "stdout") == "é\n\\xff\n"


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_cannot_be_read_is_empty(tmp_path, name: str):
    assert read_text(tmp_path / name) == ""
    assert read_json_line(tmp_path / name) is None


def test_the_first_line_counts(tmp_path):
    (tmp_path / "refused").write_text('{"kind": "write"}\n{"kind": "network"}\n')
    assert read_json_line(tmp_path / "refused") == {"kind": "write"}


@pytest.mark.parametrize("text", ["", "x", '{"kind":', "[" * 100_000, "1" * 5_000])
def test_what_is_no_json_is_none(tmp_path, text: str):
    (tmp_path / "report").write_text(text)
    assert read_json_line(tmp_path / "report") is None
