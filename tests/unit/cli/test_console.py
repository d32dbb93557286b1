"""How a command begins and ends."""

from __future__ import annotations

import io
import sys

import click
import pytest

from asrun.cli.console import find_root, make_root_option, run_command_line


def make_group(action) -> click.Group:
    @click.group()
    @make_root_option()
    def group() -> None:
        pass

    @group.command()
    @click.pass_obj
    def act(root) -> int:
        return action(root)

    return group


def fail(error: Exception):
    def action(_) -> int:
        raise error

    return action


def test_an_exception_that_nobody_foresaw_is_no_traceback(tmp_path, capsys):
    group = make_group(fail(ValueError("broken")))
    assert run_command_line(group, "x", ["--root", str(tmp_path), "act"]) == 1
    said = capsys.readouterr().err
    assert "fault of its own: ValueError: broken" in said
    assert "Traceback" not in said
    assert (tmp_path / ".cache/asrun/failure.log").is_file()


def test_a_full_disk_is_one_line(tmp_path, capsys):
    group = make_group(fail(OSError(28, "No space left on device", str(tmp_path / "site/x"))))
    assert run_command_line(group, "x", ["--root", str(tmp_path), "act"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("site/x:1: the system says: No space left on device. Make room")


def test_a_terminal_that_knows_no_chinese_shows_escapes(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    def say(_) -> int:
        sys.stdout.write("拼 \ud800\n")
        return 0

    assert run_command_line(make_group(say), "x", ["act"]) == 0
    stream.flush()
    assert stream.buffer.getvalue() == b"\\u62fc \\ud800\n"


@pytest.mark.parametrize("folder", [".", "docs", "docs/en/tensors"])
def test_the_project_is_found_from_any_folder_in_it(tmp_path, monkeypatch, folder: str):
    (tmp_path / "docs/en/tensors").mkdir(parents=True)
    (tmp_path / "mkdocs.yml").touch()
    monkeypatch.chdir(tmp_path / folder)
    roots = []
    run_command_line(make_group(lambda root: roots.append(root) or 0), "x", ["act"])
    assert roots == [tmp_path]


def test_where_there_is_no_project_it_is_the_folder_itself(tmp_path):
    assert find_root(tmp_path) == tmp_path
