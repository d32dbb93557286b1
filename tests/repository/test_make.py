"""The Makefile: what each command would do, and what the long ones do when a part fails."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from support.project import ROOT
from support.requirements import read_lock, read_requirements

# Without the variables of an outer `make test TORCH=oldest`, so that the inner make has its own.
ENVIRONMENT = {"PATH": os.environ["PATH"]}


def compose(*arguments: str) -> str:
    """Return what make would run on a fresh clone."""
    done = subprocess.run(
        ["make", "-n", *arguments, "VENV=/nonexistent/venv"],
        cwd=ROOT,
        env=ENVIRONMENT,
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
    command = next(line for line in compose("serve", "TORCH=cpu").splitlines() if "torch=" in line)
    assert command.endswith(f"--index-url https://download.pytorch.org/whl/cpu {pins()}")
    assert " -m pip install " in command


def test_the_regular_build_comes_from_the_default_index():
    assert "index-url" not in compose("serve")


def test_torch_is_installed_before_what_depends_on_it():
    text = compose("test", "TORCH=cpu")
    assert text.index("--index-url") < text.index("--editable '.[run,test]'")


def test_the_oldest_torch_is_the_lower_bound_in_pyproject():
    bounds = {
        each.name: each.specifier for each in read_requirements() if each.name.startswith("torch")
    }
    oldest = " ".join(f"{name}{bound}".replace(">=", "==") for name, bound in bounds.items())
    assert re.fullmatch(r"torch==[\d.]+ torchvision==[\d.]+", oldest)
    text = compose("test", "TORCH=oldest")
    assert f"--index-url https://download.pytorch.org/whl/cpu {oldest}\n" in text


def test_the_newest_and_the_nightly_torch_are_whatever_the_index_has():
    index = "--index-url https://download.pytorch.org/whl"
    assert f"{index}/cpu --upgrade torch torchvision" in compose("test", "TORCH=newest")
    nightly = f"{index}/nightly/cpu --pre --upgrade torch torchvision"
    assert nightly in compose("test", "TORCH=nightly")


@pytest.mark.parametrize("torch", ["oldest", "newest", "nightly"])
def test_another_torch_changes_nothing_else_of_the_lock(torch: str):
    text = compose("test", f"TORCH={torch}")
    kept = re.search(r"grep -vE '(\S+)' requirements.txt", text)
    assert kept
    dropped = {name for name in read_lock() if re.match(kept[1], f"{name}==")}
    assert {"torch", "torchvision", "triton"} <= dropped
    assert all(re.match("torch|triton|nvidia-|cuda-", name) for name in dropped)
    assert "--constraint /nonexistent/venv/lock-without-torch.txt" in text


def test_a_torch_that_is_none_is_refused():
    done = subprocess.run(
        ["make", "-n", "test", "TORCH=cuda"],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "TORCH=cuda is none of default, cpu, oldest, newest, nightly" in done.stderr


def test_a_shard_is_one_part_of_the_snippets_with_a_record_of_its_own():
    text = compose("snippets", "SHARD=2/3")
    assert "pytest snippets --splits 3 --group 2 " in text
    assert "--junitxml build/shards/junit-2-of-3.xml" in text
    assert "--durations-path build/shards/durations-2-of-3.json --store-durations" in text
    assert "--splits" not in compose("snippets")


def test_preview_needs_no_torch():
    text = compose("preview")
    assert "--editable ." in text
    assert "[run" not in text
    assert "serve --no-run" in text


INSTALLING = (
    "serve site test slow speed snippets lint check fix update preview bench mutants changes "
    "failures merge audit stale synced reproducible shots"
)


@pytest.mark.parametrize("target", INSTALLING.split())
def test_each_command_installs_what_is_missing(target: str):
    text = compose(target)
    assert "-m venv /nonexistent/venv" in text
    assert "pip install" in text


def test_synced_declares_a_page_a_section_or_a_typo():
    assert compose("synced", "page=a/b#c").endswith("/bin/asrun synced 'a/b#c'\n")
    assert compose("synced", "page=a/b", "typo=en").endswith("/bin/asrun typo 'docs/en/a/b'\n")


# --- make test, make slow, make speed -----------------------------------------------------------

STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$(dirname "$0")/calls"
[ "$(basename "$0")" != "$FAILS" ]
"""


@pytest.fixture
def run_make(tmp_path):
    """Return a function that runs a target with stand-ins for `asrun` and Python.

    It returns the exit status, what was called, and what was printed.
    """
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("asrun", "python"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    (tmp_path / "installed-default").touch()  # make installs nothing

    def run(target: str, fails: str = "") -> tuple[int, list[str], str]:
        done = subprocess.run(
            ["make", target, f"VENV={tmp_path}"],
            cwd=ROOT,
            env=ENVIRONMENT | {"FAILS": fails},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, (programs / "calls").read_text().splitlines(), done.stdout

    return run


def test_make_test_builds_the_site_tests_it_on_two_cores_and_tells_its_time(run_make):
    status, calls, output = run_make("test")
    assert status == 0
    build, test = calls
    assert build == "asrun site"
    assert test.startswith("python -m pytest -n 2 --dist loadfile ")
    assert "--junitxml build/junit-test.xml" in test
    assert re.search(r"^make test took \d+ s\.$", output.splitlines()[-1])


@pytest.mark.parametrize("fails", ["asrun", "python"])
def test_a_site_that_does_not_build_keeps_no_test_from_running(run_make, fails):
    status, calls, output = run_make("test", fails)
    assert status != 0
    assert len(calls) == 2
    assert "make test took" in output


def test_make_speed_measures_on_the_built_site(run_make):
    status, calls, _ = run_make("speed")
    assert status == 0
    assert calls[0] == "asrun site"
    assert calls[1].startswith("python -m pytest tests/speed ")


def test_make_slow_runs_the_programs_in_both_other_ways(run_make):
    status, calls, _ = run_make("slow")
    assert status == 0
    assert [call.split()[:3] for call in calls] == [
        ["asrun", "check", "--plain"],
        ["asrun", "check", "--old-cpu"],
    ]


def test_every_folder_of_tests_belongs_to_make_test_or_to_make_speed():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    chosen = {Path(path) for path in settings["tool"]["pytest"]["ini_options"]["testpaths"]}
    with_tests = {file.relative_to(ROOT).parts[:2] for file in ROOT.glob("tests/**/test_*.py")}
    assert {Path(*parts) for parts in with_tests} == {
        path for path in chosen if path.parts[0] == "tests"
    } | {Path("tests/speed")}
