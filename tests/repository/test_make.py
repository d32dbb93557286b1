"""The Makefile and the README: the commands that people type."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import tomllib
from collections.abc import Collection
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from support.project import ROOT


def composed(*arguments: str) -> str:
    """Return what make would run for a fresh clone, typed by hand.

    These tests may run under `make test TORCH=oldest`: the inner make hears nothing of that.
    """
    done = subprocess.run(
        ["make", "-n", *arguments, "VENV=/nonexistent/venv"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def pins() -> str:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return " ".join(re.findall(r"^(?:torch|torchvision)==.*$", lock, re.MULTILINE))


def test_cpu_builds_come_from_pytorchs_own_index():
    assert pins().startswith("torch==2.14.1 torchvision==0.29.1")
    command = next(line for line in composed("serve", "TORCH=cpu").splitlines() if "torch=" in line)
    assert command.endswith(f"--index-url https://download.pytorch.org/whl/cpu {pins()}")
    assert " -m pip install " in command


def test_the_regular_build_comes_from_the_default_index():
    assert "index-url" not in composed("serve")


def test_torch_is_installed_before_what_depends_on_it():
    text = composed("test", "TORCH=cpu")
    assert text.index("--index-url") < text.index("--editable '.[run,test]'")


def test_the_oldest_torch_is_the_lower_bound_in_pyproject():
    bounds = {each.name: each.specifier for each in required() if each.name.startswith("torch")}
    oldest = " ".join(f"{name}{bound}".replace(">=", "==") for name, bound in bounds.items())
    assert re.fullmatch(r"torch==[\d.]+ torchvision==[\d.]+", oldest)
    text = composed("test", "TORCH=oldest")
    assert f"--index-url https://download.pytorch.org/whl/cpu {oldest}\n" in text


def test_the_newest_and_the_nightly_torch_are_whatever_the_index_has():
    index = "--index-url https://download.pytorch.org/whl"
    assert f"{index}/cpu --upgrade torch torchvision" in composed("test", "TORCH=newest")
    nightly = f"{index}/nightly/cpu --pre --upgrade torch torchvision"
    assert nightly in composed("test", "TORCH=nightly")


@pytest.mark.parametrize("torch", ["oldest", "newest", "nightly"])
def test_another_torch_changes_nothing_else_of_the_lock(torch: str):
    text = composed("test", f"TORCH={torch}")
    kept = re.search(r"grep -vE '(\S+)' requirements.txt", text)
    assert kept
    dropped = {name for name in locked() if re.match(kept[1], f"{name}==")}
    assert {"torch", "torchvision", "triton"} <= dropped
    assert all(re.match("torch|triton|nvidia-|cuda-", name) for name in dropped)
    assert "--constraint /nonexistent/venv/lock-without-torch.txt" in text


def test_a_torch_that_is_none_is_refused():
    done = subprocess.run(
        ["make", "-n", "test", "TORCH=cuda"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "TORCH=cuda is none of default, cpu, oldest, newest, nightly" in done.stderr


def test_a_shard_is_one_part_of_the_snippets_with_a_record_of_its_own():
    text = composed("snippets", "SHARD=2/3")
    assert "pytest snippets --splits 3 --group 2 " in text
    assert "--junitxml build/shards/junit-2-of-3.xml" in text
    assert "--durations-path build/shards/durations-2-of-3.json --store-durations" in text
    assert "--splits" not in composed("snippets")


def test_preview_needs_no_torch():
    text = composed("preview")
    assert "--editable ." in text
    assert "[run" not in text
    assert "serve --no-run" in text


INSTALLING = (
    "serve site test snippets lint update preview bench changes failures merge audit stale synced"
)


@pytest.mark.parametrize("target", [*INSTALLING.split(), "reproducible"])
def test_each_command_installs_what_is_missing(target: str):
    text = composed(target)
    assert "-m venv /nonexistent/venv" in text
    assert "pip install" in text


def test_synced_declares_a_page_a_section_or_a_typo():
    assert composed("synced", "page=a/b#c").endswith("/bin/asrun synced 'a/b#c'\n")
    assert composed("synced", "page=a/b", "typo=en").endswith("/bin/asrun typo 'docs/en/a/b'\n")


def test_the_lock_names_no_host_and_pins_everything():
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    """Return the lock's versions by canonical name."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonical(name): version for name, version in pairs}


def required() -> list[Requirement]:
    """Return all that pyproject.toml requires, from the file itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for text in (*project["dependencies"], *itertools.chain(*extras))]


def needed(lock: Collection[str]) -> set[str]:
    """Return what the project needs, and what that needs here, by the installed metadata."""
    found: set[str] = set()
    todo = [(canonical(each.name), frozenset(each.extras)) for each in required()]
    done = set()
    while todo:
        name, extras = todo.pop()
        if (name, extras) in done:
            continue
        done.add((name, extras))
        found.add(name)
        try:
            texts = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            texts = ()
        for requirement in map(Requirement, texts):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in (*extras, "")):
                todo.append((canonical(requirement.name), frozenset(requirement.extras)))
    if not CUDA & found:  # a CPU build of torch here: the lock is the regular build's as well
        found |= {name for name in lock if name in CUDA or name.startswith(("nvidia-", "cuda-"))}
    return found


CUDA = {"triton", "cuda-bindings", "cuda-toolkit"}
# pip comes with the environment.
UNLOCKED = {"pip"}


def test_the_lock_satisfies_the_project():
    lock = locked()
    for requirement in required():
        version = lock[canonical(requirement.name)]
        assert requirement.specifier.contains(version), requirement


another_torch = pytest.mark.skipif(
    metadata.version("torch").partition("+")[0] != locked()["torch"],
    reason="another torch than the lock's is installed: it needs other things",
)


@another_torch
def test_all_that_the_project_needs_is_in_the_lock():
    lock = locked()
    assert sorted(needed(lock) - set(lock) - UNLOCKED) == []


@another_torch
def test_nothing_is_in_the_lock_that_the_project_does_not_need():
    lock = locked()
    assert sorted(set(lock) - needed(lock)) == [], "Run `make lock`."


def test_a_pin_that_is_stale_and_one_that_is_missing_are_found():
    lock = locked()
    assert "left-pad" not in needed([*lock, "left-pad"])
    assert {"jinja2", "markupsafe"} <= needed(lock)  # by way of mkdocs


def test_what_is_installed_from_the_lock_is_what_it_says():
    """But for torch, which `make TORCH=…` may choose."""
    for name, version in locked().items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        chosen = name in {"torch", "torchvision"} or name in CUDA
        assert chosen or name.startswith(("nvidia-", "cuda-")) or found == version, name


# --- the README ---------------------------------------------------------------------------------


def readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    return re.findall(r"^```(?:bash|python)\n.*?^```$", text, re.MULTILINE | re.DOTALL)


def test_both_readmes_have_the_same_commands_and_programs():
    strip = re.compile(r" *#.*$", re.MULTILINE)
    zh, en = (
        [strip.sub("", block) for block in blocks(readme(name))]
        for name in ("README.zh.md", "README.md")
    )
    assert zh == en
    assert len(en) >= 3


def test_every_command_of_the_readme_is_a_target():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = set(re.findall(r"^make ([a-z]+)", readme("README.md"), re.MULTILINE))
    assert {"serve", "test"} <= used <= targets


def test_links_of_the_readmes_lead_somewhere():
    for name in ("README.md", "README.zh.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", readme(name)):
            assert re.match(r"https?:", target) or (ROOT / target).exists(), f"{name}: {target}"
