"""The verification record of a project, written by an update and held to by a check."""

from __future__ import annotations

import os
import subprocess
import sys

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


def test_a_check_finds_an_edit_and_no_update_writes_over_it(files, capsys):
    asrun(files, "update")
    before = files.read(RECORD_PATH)
    edited = before.replace('"equal"', '"failed"')
    files.write(RECORD_PATH, edited)
    for command in ("check", "update"):
        assert asrun(files, command) == 1
        fault = f"{RECORD_PATH}:7: the line of a/one.py is not as it was written. Take the file "
        assert fault in capsys.readouterr().err
    assert files.read(RECORD_PATH) == edited
    files.write(RECORD_PATH, before)
    assert asrun(files, "check") == 0


def test_no_update_and_no_verification_writes_over_a_record_in_conflict(files, capsys):
    asrun(files, "update")
    *head, line, last_1, last_2 = files.read(RECORD_PATH).splitlines(keepends=True)
    conflict = f"<<<<<<< HEAD\n{line}=======\n{line}>>>>>>> theirs\n"
    text = "".join((*head, conflict, last_1, last_2))
    files.write(RECORD_PATH, text)
    files.snippet("a/one.py", "print(3)\n")
    for command in ("update", "verify"):
        assert asrun(files, command) == 1
        said = capsys.readouterr().err
        assert f"{RECORD_PATH}:{len(head) + 1}: not JSON: the marks of a merge conflict. " in said
        assert "git checkout --theirs snippets/verified.json" in said
        assert files.read(RECORD_PATH) == text
        assert files.read("snippets/a/one.out") == "2\n"


def test_two_updates_at_once_lose_nothing(files):
    files.snippet("b/two.py", "print(2)\n")
    files.page('# T\n\n```python\n--8<-- "b/two.py"\n```\n', "b/two.md")
    command = [sys.executable, "-m", "asrun.cli", "--root", str(files.root), "update"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    updates = [subprocess.Popen([*command, page], env=env) for page in ("index", "b/two")]
    assert [update.wait() for update in updates] == [0, 0]
    assert set(read_record(files.root).snippet_records) == {"a/one.py", "b/two.py"}
    assert asrun(files, "check") == 0
