"""Continuous integration: its form, its safety, and that it only calls what people can call."""

from __future__ import annotations

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

# What a step may run.
COMMANDS = {"make", "nvidia-smi", ".ci/issue"}
# The rights that a job may have. Rights to write are for jobs that run no code of the project.
RIGHTS = {"contents": "read", "pages": "read"}
WRITERS = {("weekly.yml", "issue"): {"contents": "read", "issues": "write"}} | {
    ("publish.yml", "deploy"): {"pages": "write", "id-token": "write"}
}


# The checks that a workflow must run; publishing waits for them as well.
CHECKS = {
    "ci.yml": {"test", "slow", "speed"},
    "weekly.yml": {"test", "slow", "speed"},
    "publish.yml": {"test", "speed"},
}


def list_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def find_problems(texts: dict[str, str]) -> list[str]:
    """Return what breaks our own rules, which zizmor and the schema do not know."""
    problems = []
    for name, text in texts.items():
        workflow = yaml.safe_load(text)
        if workflow.get("permissions") != {}:
            problems.append(f"{name}: permissions are not empty at the top")
        if "concurrency" not in workflow:
            problems.append(f"{name}: no concurrency")
        if re.search(r"zizmor: ignore\[[\w, -]+\](?! \w+ \w+)", text):
            problems.append(f"{name}: a finding is ignored without a reason")
        for word in ("pull_request_target", "workflow_run", "secrets.", "actions/cache", "cache:"):
            if word in text:
                problems.append(f"{name}: {word}")
        for job, settings in workflow["jobs"].items():
            problems += (
                f"{name}: {job}: {problem}" for problem in find_job_problems(name, job, settings)
            )
    problems += find_missing_checks(texts)
    shards = re.findall(r"shard: \[(.*?)\]", "".join(texts.values()))
    parts = shards[0].split(", ") if len(shards) == 1 else []
    if not parts or parts != [f"{n}/{len(parts)}" for n in range(1, len(parts) + 1)]:
        problems.append(f"shards: {shards}")
    if (count := sum(text.count("self-hosted") for text in texts.values())) != 1:
        problems.append(f"the GPU runner's label stands in {count} places")
    hashes = set(re.findall(r"uses: ([\w/-]+)@(\S+ # v[\d.]+)$", "".join(texts.values()), re.M))
    if len(hashes) != len({action for action, _ in hashes}):
        problems.append("an action has two versions")
    return problems


def find_missing_checks(texts: dict[str, str]) -> Iterator[str]:
    """Yield the checks that a workflow lacks, and those that publishing does not wait for."""
    for name, targets in CHECKS.items():
        jobs = yaml.safe_load(texts[name])["jobs"]
        for target in targets - {made for job in jobs.values() for made in list_made(job)}:
            yield f"{name}: no job runs make {target}"
    jobs = yaml.safe_load(texts["publish.yml"])["jobs"]
    awaited, pending = set[str](), ["deploy"]
    while pending:
        needs = jobs[pending.pop()].get("needs", [])
        pending += [needs] if isinstance(needs, str) else needs
        awaited |= {target for job in pending for target in list_made(jobs[job])}
    for target in CHECKS["publish.yml"] - awaited:
        yield f"publish.yml: deploy does not wait for make {target}"


def list_made(job: dict[str, Any]) -> set[str]:
    """Return the targets that a job makes."""
    return set(
        re.findall(r"make ([a-z]+)", "\n".join(step.get("run", "") for step in job["steps"]))
    )


def find_job_problems(name: str, job: str, settings: dict[str, Any]) -> Iterator[str]:
    if "timeout-minutes" not in settings:
        yield "no timeout"
    rights = settings.get("permissions")
    writes = (name, job) in WRITERS
    allowed = (
        rights == WRITERS[name, job] if writes else rights and rights.items() <= RIGHTS.items()
    )
    if not allowed:
        yield f"rights {rights}"
    for step in settings["steps"]:
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
            if command == "make" and words[0] not in list_targets():
                yield f"no make target {words[0]}"
            if "${{" in line:
                yield f"an expression in a command: {line}"


def run_tool(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / tool, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )


def run_zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    return run_tool("zizmor", "--offline", "--persona=pedantic", "--no-progress", *paths)


def check_schema(kind: str, *files: Path) -> subprocess.CompletedProcess[str]:
    return run_tool("check-jsonschema", "--builtin-schema", f"vendor.{kind}", *files)


def test_zizmor_finds_nothing_at_its_pedantic_level():
    done = run_zizmor(ROOT / ".github")
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout


def test_the_workflows_have_the_form_that_github_reads():
    for kind, files in (
        ("github-workflows", FOLDER.glob("*.yml")),
        ("dependabot", [ROOT / ".github/dependabot.yml"]),
    ):
        done = check_schema(kind, *files)
        assert done.returncode == 0, done.stdout


def test_they_keep_our_own_rules():
    assert {"ci.yml", "gpu.yml", "publish.yml", "weekly.yml"} <= set(TEXTS)
    assert find_problems(TEXTS) == []


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
    "a check that no job runs": ("weekly.yml", "run: make slow", "run: make check"),
    "a deployment that waits for one check alone": (
        "publish.yml",
        "needs: [build, speed]",
        "needs: build",
    ),
    "no concurrency": ("publish.yml", "concurrency:\n  group: pages\n", "x:\n  group: pages\n"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_is_found(case: str):
    name, old, new = BROKEN[case]
    assert old in TEXTS[name]
    assert find_problems(TEXTS | {name: TEXTS[name].replace(old, new, 1)}) != []


def test_what_zizmor_and_the_schema_would_find_is_found(tmp_path):
    file = tmp_path / "ci.yml"
    file.write_text(TEXTS["ci.yml"].replace(CHECKOUT, "actions/checkout@v7"), encoding="utf-8")
    assert "unpinned-uses" in run_zizmor(file).stdout
    file.write_text(TEXTS["ci.yml"].replace("steps:", "step:", 1), encoding="utf-8")
    assert check_schema("github-workflows", file).returncode == 1
