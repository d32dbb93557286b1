"""Continuous integration: its form, its safety, and that it only calls what people can call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.project import ROOT

FOLDER = ROOT / ".github/workflows"
TEXTS = {file.name: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.yml"))}
BIN = Path(sys.executable).parent

# What a step may run besides make.
COMMANDS = {"make", "nvidia-smi", ".ci/issue"}
# The rights that a job may have; those that write stand only where no code of the project runs.
RIGHTS = {"contents": "read", "pages": "read"}
WRITERS = {("weekly.yml", "issue"): {"contents": "read", "issues": "write"}} | {
    ("publish.yml", "deploy"): {"pages": "write", "id-token": "write"}
}


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def problems(texts: dict[str, str]) -> list[str]:
    """Return what breaks our own rules, which zizmor and the schema do not know."""
    found = []
    for name, text in texts.items():
        workflow = yaml.safe_load(text)
        if workflow.get("permissions") != {}:
            found.append(f"{name}: permissions are not empty at the top")
        if "concurrency" not in workflow:
            found.append(f"{name}: no concurrency")
        if re.search(r"zizmor: ignore\[[\w, -]+\](?! \w+ \w+)", text):
            found.append(f"{name}: a finding is ignored without a reason")
        for word in ("pull_request_target", "workflow_run", "secrets.", "actions/cache", "cache:"):
            if word in text:
                found.append(f"{name}: {word}")
        for job, told in workflow["jobs"].items():
            found += (f"{name}: {job}: {problem}" for problem in _of_job(name, job, told))
    shards = re.findall(r"shard: \[(.*?)\]", "".join(texts.values()))
    parts = shards[0].split(", ") if len(shards) == 1 else []
    if not parts or parts != [f"{n}/{len(parts)}" for n in range(1, len(parts) + 1)]:
        found.append(f"shards: {shards}")
    if (count := sum(text.count("self-hosted") for text in texts.values())) != 1:
        found.append(f"the GPU runner's label stands in {count} places")
    hashes = set(re.findall(r"uses: ([\w/-]+)@(\S+ # v[\d.]+)$", "".join(texts.values()), re.M))
    if len(hashes) != len({action for action, _ in hashes}):
        found.append("an action has two versions")
    return found


def _of_job(name: str, job: str, told: dict[str, Any]) -> Iterator[str]:
    if "timeout-minutes" not in told:
        yield "no timeout"
    rights = told.get("permissions")
    writes = (name, job) in WRITERS
    allowed = (
        rights == WRITERS[name, job] if writes else rights and rights.items() <= RIGHTS.items()
    )
    if not allowed:
        yield f"rights {rights}"
    for step in told["steps"]:
        if "uses" in step and not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]):
            yield f"{step['uses']} is not pinned"
        if "checkout" in step.get("uses", "") and step["with"]["persist-credentials"]:
            yield "keeps its credentials"
        for line in step.get("run", "").splitlines():
            command, *words = line.split()
            if command not in COMMANDS:
                yield f"runs {command}"
            if command == "make" and writes:
                yield "runs the project's code, and may write"
            if command == "make" and words[0] not in targets():
                yield f"no make target {words[0]}"
            if "${{" in line:
                yield f"an expression in a command: {line}"


def checked(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / tool, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    return checked("zizmor", "--offline", "--persona=pedantic", "--no-progress", *paths)


def schema(kind: str, *files: Path) -> subprocess.CompletedProcess[str]:
    return checked("check-jsonschema", "--builtin-schema", f"vendor.{kind}", *files)


def test_zizmor_finds_nothing_at_its_pedantic_level():
    done = zizmor(ROOT / ".github")
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout


def test_the_workflows_have_the_form_that_github_reads():
    for kind, files in (
        ("github-workflows", FOLDER.glob("*.yml")),
        ("dependabot", [ROOT / ".github/dependabot.yml"]),
    ):
        done = schema(kind, *files)
        assert done.returncode == 0, done.stdout


def test_they_hold_our_own_rules():
    assert {"ci.yml", "gpu.yml", "publish.yml", "weekly.yml"} <= set(TEXTS)
    assert problems(TEXTS) == []


CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
BROKEN = {
    "a right at the top": ("ci.yml", "permissions: {}", "permissions: {contents: write}"),
    "a right that a job that runs our code may not have": (
        "ci.yml",
        "      contents: read # the code",
        "      contents: write",
    ),
    "a job without rights of its own": (
        "gpu.yml",
        "    permissions:\n      contents: read # the code\n",
        "",
    ),
    "an action by its tag": ("ci.yml", CHECKOUT, "actions/checkout@v7"),
    "an action in two versions": ("ci.yml", CHECKOUT, f"actions/checkout@{'0' * 40} # v7.0.0"),
    "credentials that stay": ("ci.yml", "persist-credentials: false", "persist-credentials: true"),
    "a cache": ("ci.yml", 'python-version: "3.11"', 'python-version: "3.11"\n          cache: pip'),
    "a fork's code with rights": ("ci.yml", "  pull_request:", "  pull_request_target:"),
    "a secret": ("gpu.yml", 'ASRUN_CUDA: "1"', "KEY: ${{ secrets.KEY }}"),
    "a job without end": ("gpu.yml", "    timeout-minutes: 60\n", ""),
    "another command": ("ci.yml", "run: make browser", "run: npm install"),
    "a target that is none": ("ci.yml", "run: make browser", "run: make browsers"),
    "an expression in a command": (
        "ci.yml",
        'BASE="$BASE"',
        'BASE="${{ github.event.pull_request.title }}"',
    ),
    "a shard that is left out": ("ci.yml", "[1/3, 2/3, 3/3]", "[1/3, 3/3]"),
    "a runner's label twice": ("ci.yml", "runs-on: ubuntu-latest", "runs-on: [self-hosted]"),
    "code in a job that may write": ("weekly.yml", "run: .ci/issue", "run: make test"),
    "a finding ignored without a reason": (
        "gpu.yml",
        "runs-on: [self-hosted, gpu] #",
        "runs-on: [self-hosted, gpu] # zizmor: ignore[self-hosted-runner] #",
    ),
    "no concurrency": ("publish.yml", "concurrency:\n  group: pages\n", "x:\n  group: pages\n"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_is_found(case: str):
    name, old, new = BROKEN[case]
    assert old in TEXTS[name]
    assert problems(TEXTS | {name: TEXTS[name].replace(old, new, 1)}) != []


def test_what_zizmor_and_the_schema_would_find_is_found(tmp_path):
    file = tmp_path / "ci.yml"
    file.write_text(TEXTS["ci.yml"].replace(CHECKOUT, "actions/checkout@v7"), encoding="utf-8")
    assert "unpinned-uses" in zizmor(file).stdout
    file.write_text(TEXTS["ci.yml"].replace("steps:", "step:", 1), encoding="utf-8")
    assert schema("github-workflows", file).returncode == 1


# --- the weekly issue ---------------------------------------------------------------------------

GH = """#!/usr/bin/env bash
echo "$*" >> "$LOG"
[ "$1 $2" = "issue list" ] && echo "$OPEN"
while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cp "$2" "$BODY"; shift; done
exit 0
"""


@pytest.fixture
def report(tmp_path):
    """Return a function that runs .ci/issue with a `gh` that writes down what it was asked."""
    (tmp_path / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)

    def run(told: dict[str, str | None], *, number: str = "", passed: bool = False):
        for name, text in told.items():
            if text is not None:
                (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
        log, body = tmp_path / "log", tmp_path / "body"
        subprocess.run(
            [ROOT / ".ci/issue", *(tmp_path / f"{name}.md" for name in told)],
            check=True,
            env={
                "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
                "TMPDIR": str(tmp_path),
                "LOG": str(log),
                "BODY": str(body),
                "OPEN": number,
                "PASSED": str(passed).lower(),
                "RUN_URL": "https://example.org/run/7",
            },
        )
        asked = log.read_text(encoding="utf-8").splitlines()
        written = body.read_text(encoding="utf-8") if body.exists() else ""
        return [" ".join(line.split()[:3]) for line in asked[2:]], written

    return run


def test_failures_open_an_issue_with_what_each_job_tells(report):
    asked, body = report({"newest": "", "nightly": "## nightly torch: 1 failed\n\nwords\n"})
    assert asked == ["issue create --title"]
    assert body.startswith("## nightly torch: 1 failed\n\nwords\n")
    assert body.endswith("The run: https://example.org/run/7\n")


def test_an_open_issue_is_brought_up_to_date(report):
    asked, body = report({"newest": "## newest torch: 1 failed\n"}, number="12")
    assert asked == ["issue edit 12"]
    assert "newest torch" in body


def test_a_job_that_ended_before_it_could_tell_is_told(report):
    asked, body = report({"newest": "", "nightly": None})
    assert asked == ["issue create --title"]
    assert body.startswith("## nightly\n\nThe job ended before it could tell what failed")


def test_a_failure_that_no_test_tells_is_told(report):
    assert "A job failed, and none of its tests did" in report({"newest": ""})[1]


def test_when_all_is_well_the_issue_is_closed_and_none_opened(report):
    assert report({"newest": ""}, passed=True) == ([], "")
    assert report({"newest": ""}, passed=True, number="12")[0][-1] == "issue close 12"


def test_an_issue_is_never_longer_than_github_takes(report):
    body = report({"newest": "字" * 30_000})[1]
    assert len(body.encode()) < 65_536
    assert "The run: " in body


# --- the audit ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "status", "kept"), [("exit 0", 0, ""), ("echo CVE-1; exit 1", 1, "CVE-1")]
)
def test_the_audit_keeps_what_is_wrong_and_only_that(tmp_path, script: str, status: int, kept: str):
    for tool, does in (("pip-audit", script), ("zizmor", "echo fine")):
        (tmp_path / tool).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (tmp_path / tool).chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci/audit", tmp_path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    told = (tmp_path / "build/told-audit.md").read_text(encoding="utf-8")
    assert (done.returncode, kept in told, "fine" in told) == (status, True, False)
    assert (told == "") == (status == 0)
    assert "## zizmor" in done.stdout


def test_the_audit_is_not_green_when_nothing_can_be_looked_up():
    """pip-audit's own default is to pass over what it does not find."""
    assert '/pip-audit" --strict ' in (ROOT / ".ci/audit").read_text(encoding="utf-8")
