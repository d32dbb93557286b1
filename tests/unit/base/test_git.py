from __future__ import annotations

import subprocess

import pytest

from asrun.base.errors import ProjectError
from asrun.base.git import (
    LastChange,
    merge_last_changes,
    read_head_commit,
    read_history,
    run_git,
)


@pytest.fixture
def repository(tmp_path):
    def git(*words: str, date: str = "2026-01-02") -> None:
        subprocess.run(
            ["git", "-C", tmp_path, "-c", "user.email=a@b.c", *words],
            check=True,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "GIT_AUTHOR_DATE": f"{date}T12:00:00Z"}
            | {"GIT_COMMITTER_DATE": f"{date}T12:00:00Z", "HOME": str(tmp_path)},
        )

    def commit(name: str, author: str, date: str) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{author} {date}\n", encoding="utf-8")
        git("add", "-A")
        git("-c", f"user.name={author}", "commit", "-m", "x", date=date)

    git("init")
    commit("docs/一.md", "Ada", "2026-01-02")
    commit("docs/b.md", "Ada", "2026-01-03")
    commit("docs/b.md", "周", "2026-02-04")
    return tmp_path


def test_each_file_has_its_latest_change_and_all_its_authors(repository):
    known = read_history(repository)
    assert known["docs/b.md"] == LastChange("2026-02-04", ("周", "Ada"))


def test_a_name_in_chinese_is_found(repository):
    assert read_history(repository)["docs/一.md"] == LastChange("2026-01-02", ("Ada",))


def test_several_files_are_as_new_as_the_newest(repository):
    known = read_history(repository)
    assert merge_last_changes(known, ["docs/一.md", "docs/b.md"]) == LastChange(
        "2026-02-04", ("周", "Ada")
    )
    assert merge_last_changes(known, ["docs/new.md"]) is None


def test_without_a_repository_there_is_no_history(tmp_path):
    assert read_history(tmp_path) == {}
    assert read_head_commit(tmp_path) is None


def test_what_git_refuses_is_told_in_its_own_words_with_the_way_out(repository):
    with pytest.raises(ProjectError, match=r"git show: fatal: .*nothing.*\. Fetch it\.$"):
        run_git(repository, "show", "nothing", hint="Fetch it.")


def test_a_machine_without_git_is_told_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProjectError, match=r"Install git\.$"):
        run_git(tmp_path, "status")
    assert read_history(tmp_path) == {}
