"""The verification record of a project, written by an update and held to by a check."""

from __future__ import annotations

from asrun.cli.main import main
from asrun.verification.record import RECORD_PATH, read_record


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
