"""The lock: it has exactly what the project needs, in versions that it accepts."""

from __future__ import annotations

import re
from collections.abc import Collection
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from support.project import ROOT
from support.requirements import normalize_name, read_lock, read_requirements

CUDA = {"triton", "cuda-bindings", "cuda-toolkit"}
UNLOCKED = {"pip"}  # it comes with the environment


def is_of_cuda(name: str) -> bool:
    """Tell whether the regular build of torch needs a distribution, and the CPU build does not."""
    return name in CUDA or name.startswith(("nvidia-", "cuda-"))


def find_needed(lock: Collection[str]) -> set[str]:
    """Return what the project needs, and what that needs here, by the installed metadata."""
    needed: set[str] = set()
    pending = [(normalize_name(each.name), frozenset(each.extras)) for each in read_requirements()]
    seen = set()
    while pending:
        name, extras = pending.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        needed.add(name)
        try:
            texts = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            texts = ()
        for requirement in map(Requirement, texts):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in (*extras, "")):
                pending.append((normalize_name(requirement.name), frozenset(requirement.extras)))
    if not CUDA & needed:  # a CPU build of torch here: the lock is the regular build's as well
        needed |= {name for name in lock if is_of_cuda(name)}
    return needed


def test_it_names_no_host_and_pins_everything():
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_the_lock_satisfies_the_project():
    lock = read_lock()
    for requirement in read_requirements():
        version = lock[normalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement


only_with_locked_torch = pytest.mark.skipif(
    metadata.version("torch").partition("+")[0] != read_lock()["torch"],
    reason="another torch than the lock's is installed: it needs other things",
)


@only_with_locked_torch
def test_all_that_the_project_needs_is_in_the_lock():
    lock = read_lock()
    assert sorted(find_needed(lock) - set(lock) - UNLOCKED) == []


@only_with_locked_torch
def test_nothing_is_in_the_lock_that_the_project_does_not_need():
    lock = read_lock()
    assert sorted(set(lock) - find_needed(lock)) == [], "Run `make lock`."


def test_a_pin_that_is_stale_and_one_that_is_missing_are_found():
    assert "left-pad" not in find_needed([*read_lock(), "left-pad"])
    assert {"jinja2", "markupsafe"} <= find_needed(read_lock())  # by way of mkdocs


def test_what_is_installed_from_the_lock_is_what_it_says():
    """But for torch, which `make TORCH=…` may choose."""
    for name, version in read_lock().items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        is_chosen = name in {"torch", "torchvision"} or is_of_cuda(name)
        assert is_chosen or installed == version, name
