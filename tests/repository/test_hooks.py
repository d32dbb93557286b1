"""The hooks before a commit: green on the project as it is, red on a planted fault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.project import ROOT

FAULTS = {
    "ruff": ("snippets/tensors/cat_rows.py", "import torch\n", "import torch, math\n"),
    "markdown": ("docs/en/tensors/joining.md", "\n\n## Which one", "\n## Which one"),
    "spelling": ("docs/en/tensors/joining.md", "existing dimension", "exisi" + "ting dimension"),
    "typography": ("docs/zh/tensors/joining.md", "规则也不变", "规则也不变,用cat"),
    "runs": ("snippets/tensors/cat_rows.out", "5, 6", "5, 7"),
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A repository with the project's files as they are now, and its installation."""
    folder = tmp_path_factory.mktemp("hooks") / "project"
    for name in ("docs", "snippets", ".github"):
        shutil.copytree(ROOT / name, folder / name)
    for file in (*ROOT.glob("*.md"), *ROOT.glob("*.yml"), *ROOT.glob("*.toml")):
        shutil.copy(file, folder)
    for name in (".pre-commit-config.yaml", ".gitignore", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    if (ROOT / ".cache").is_dir():
        shutil.copytree(ROOT / ".cache", folder / ".cache")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        git(folder, *command)
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x", *arguments], cwd=folder, check=True
    )


def hooks(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("pre-commit"), "run", "--color=never", *arguments],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": str(ROOT / "src"), "PRE_COMMIT_HOME": str(folder.parent / "pre-commit")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_hooks_pass_on_the_project(clone):
    done = hooks(clone, "--all-files")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed\n") == len(FAULTS)


@pytest.mark.parametrize("hook", FAULTS)
def test_each_hook_catches_its_fault_and_names_the_file(clone, hook: str):
    path, was, becomes = FAULTS[hook]
    text = (clone / path).read_text(encoding="utf-8")
    assert was in text
    (clone / path).write_text(text.replace(was, becomes, 1), encoding="utf-8")
    git(clone, "add", path)
    try:
        done = hooks(clone, hook)
    finally:
        git(clone, "reset", "-q", "--hard")
    assert done.returncode == 1
    assert f"\n{path}:" in done.stdout


def test_no_hook_is_fetched():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "repo:" in line] == ["  - repo: local"]
    assert text.count("language: system") == text.count("- id: ") == len(FAULTS)
