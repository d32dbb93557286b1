"""What a command says of a failure that no check foresees."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from asrun.cli.failures import LOG_PATH, explain_failure, report_failure


@pytest.mark.parametrize(
    ("number", "way_out"),
    [
        (errno.ENOSPC, "Make room"),
        (errno.EDQUOT, "Make room"),
        (errno.EACCES, "See whose it is"),
        (errno.EROFS, "See whose it is"),
        (errno.EEXIST, "A file stands where a folder belongs"),
        (errno.ENOTDIR, "A file stands where a folder belongs"),
        (errno.EISDIR, "A folder stands where a file belongs"),
        (errno.ENAMETOOLONG, "set TMPDIR"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENOENT, "Take it back from git"),
    ],
)
def test_a_fault_of_the_machine_is_told_with_its_file_and_the_way_out(tmp_path, number, way_out):
    error = OSError(number, os.strerror(number), str(tmp_path / "docs/a.md"))
    explained = explain_failure(error, tmp_path)
    assert str(explained).startswith("docs/a.md:1: ")
    assert way_out in explained.hint


def test_a_cache_that_is_a_file_may_be_deleted(tmp_path):
    (tmp_path / ".cache").write_text("")
    with pytest.raises(FileExistsError) as caught:
        (tmp_path / ".cache").mkdir()
    assert "rm -r .cache" in explain_failure(caught.value, tmp_path).hint


def test_a_user_without_home_is_told_what_to_set(tmp_path):
    error = RuntimeError("Could not determine home directory.")
    assert "Set HOME" in str(explain_failure(error, tmp_path))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        OSError("no number"),
        FileNotFoundError(2, "No such file", "/elsewhere/module.py"),
        KeyError("x"),
    ],
)
def test_a_fault_of_our_own_is_not_explained_away(tmp_path, error: Exception):
    assert explain_failure(error, tmp_path) is None


def report(error: Exception, root: Path) -> None:
    try:
        raise error
    except Exception as caught:
        report_failure(caught, root)


def test_a_fault_of_our_own_is_a_short_message_and_a_log(tmp_path, capsys):
    report(ValueError("broken \ud800"), tmp_path)
    said = capsys.readouterr().err
    assert "ValueError: broken" in said
    assert f"The traceback is in {tmp_path / LOG_PATH}. Please open an issue" in said
    assert "Traceback" not in said
    assert "in report\n    raise error" in (tmp_path / LOG_PATH).read_text()


def test_where_the_cache_cannot_be_written_the_log_is_a_temporary_file(tmp_path, capsys):
    (tmp_path / ".cache").write_text("")
    report(ValueError("broken"), tmp_path)
    said = capsys.readouterr().err
    log_file = Path(said.partition("The traceback is in ")[2].partition(". Please")[0])
    assert "raise error" in log_file.read_text()
    log_file.unlink()
