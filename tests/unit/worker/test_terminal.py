from __future__ import annotations

import os

from asrun.worker import terminal
from asrun.worker.terminal import open_terminal


def test_a_terminal_changes_nothing_and_has_the_usual_size():
    opened = open_terminal()
    assert os.isatty(opened.writer)
    assert os.get_terminal_size(opened.writer) == (80, 24)
    os.write(opened.writer, b"a\r\n\x03b\n\xff")
    assert opened.read_available()
    opened.close_writer()
    assert not opened.read_available()
    assert opened.finish() == "a\r\n\x03b\n\\xff"


def test_no_more_is_kept_than_a_job_may_print(monkeypatch):
    monkeypatch.setattr(terminal, "MAX_OUTPUT_BYTES", 5)
    opened = open_terminal()
    os.write(opened.writer, b"12345")
    opened.read_available()
    assert not opened.has_too_much()
    os.write(opened.writer, b"6789")
    opened.close_writer()
    assert opened.finish() == "123456"
    assert opened.has_too_much()
