"""Verifying in other environments: another interpreter, a machine that has the worker alone."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from asrun.cli.main import main
from asrun.execution.machine import WORKER_FOLDER
from asrun.verification.record import RECORD_PATH, read_record
from asrun.worker.protocol import BatchOutcome, Machine, Outcome, Report

GPU: Machine = {
    "torch": "2.9.1",
    "torchvision": None,
    "python": "3.12",
    "platform": "Linux x86_64",
    "cuda": "NVIDIA H100",
}


def asrun(files, *arguments: str) -> int:
    return main(["--root", str(files.root), *arguments])


def run_batch(python: str, jobs: str) -> str:
    """Run jobs as on a machine that has the worker's folder and nothing else of ours."""
    return subprocess.run(
        [python, "-I", WORKER_FOLDER, "--batch", "2"],
        input=jobs,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def on_gpu(files, output: str, name: str = "NVIDIA H100", time: str = "2026-11-25T10:00Z") -> str:
    """Return what a worker on a machine with a GPU would say of a/one.py."""
    source = files.read("snippets/a/one.py")
    report: Report = {
        "exception": None,
        "tensors": {},
        "missing_names": [],
        "plots": [],
        "unshown_figures": 0,
        "versions": {"torch": "2.9.1"},
    }
    outcome: Outcome = {
        "id": 0,
        "plain": False,
        "exit_code": 0,
        "is_overdue": False,
        "exceeded_limit": None,
        "refusal": None,
        "seconds": 0.1,
        "stdout": output,
        "stderr": "",
        "report": report,
    }
    batch_outcome: BatchOutcome = {
        "path": "snippets/a/one.py",
        "sha256": hashlib.sha256(source.encode()).hexdigest(),
        "machine": GPU | {"cuda": name},
        "time": time,
        "outcome": outcome,
    }
    return f"{json.dumps(batch_outcome)}\n" * 2


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> str:
    """An interpreter whose environment holds nothing at all."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=True)
    return str(folder / "bin" / "python")


def test_another_interpreter_needs_nothing_of_ours(files, bare, capsys):
    files.snippet("a/two.py", "import lxml\nprint(2)\n", "2\n")
    files.snippet("a/three.py", "print(1 / 0)\n", "3\n")
    assert asrun(files, "verify", "--python", bare) == 0
    found = read_record(files.root)
    (there,) = found.environments.values()
    assert (there.torch, there.torchvision, there.device) == (None, None, "CPU")
    said = {name: proof.verdicts[there.id] for name, proof in found.snippet_records.items()}
    assert said["a/one.py"].kind == "equal"
    assert said["a/two.py"][::2] == ("lacks", "lxml")
    assert said["a/three.py"][::2] == (
        "failed",
        "raises `ZeroDivisionError: division by zero` (line 3)",
    )
    told = capsys.readouterr().out
    assert "snippets/a/three.py: failed: raises `ZeroDivisionError" in told
    assert "1 equal, 1 failed, 1 lacks" in told


def test_an_interpreter_that_is_none_is_named(files, capsys):
    assert asrun(files, "verify", "--python", "/no/python") == 1
    assert "/no/python:1: no Python that can run programs" in capsys.readouterr().err


def test_outcomes_written_here_are_what_another_checkout_merges(files, tmp_path, capsys):
    file = tmp_path / "new" / "outcomes.jsonl"
    assert asrun(files, "verify", "--outcomes", str(file)) == 0
    assert not (files.root / "snippets/verified.json").exists()
    assert asrun(files, "verify", "--merge", str(file)) == 0
    assert "equal" in (files.root / "snippets/verified.json").read_text(encoding="utf-8")


def test_jobs_run_elsewhere_and_their_outcomes_merge_in_any_order(files, bare, tmp_path, capsys):
    files.snippet("a/two.py", "print({'a', 'b', 'c'})\n", "x\n")
    assert asrun(files, "update") == 1  # two.py prints a set
    before = files.read(RECORD_PATH)
    capsys.readouterr()
    assert asrun(files, "verify", "--jobs") == 0
    jobs = capsys.readouterr().out
    assert len(jobs.splitlines()) == 2
    outcomes = []
    for number, python in enumerate((sys.executable, bare)):
        file = tmp_path / f"{number}.jsonl"
        file.write_text(run_batch(python, jobs))
        outcomes.append(str(file))
    texts = []
    for order in (outcomes, outcomes[::-1]):
        files.write(RECORD_PATH, before)
        for file in order:
            assert asrun(files, "verify", "--merge", file) == 0
        texts.append(files.read(RECORD_PATH))
    files.write(RECORD_PATH, before)
    assert asrun(files, "verify", "--merge", *outcomes) == 0
    assert texts == [files.read(RECORD_PATH)] * 2
    kinds = {
        n: [v.kind for v in p.verdicts.values()]
        for n, p in read_record(files.root).snippet_records.items()
    }
    assert kinds == {"a/one.py": ["equal"] * 2, "a/two.py": ["failed"] * 2}
    assert "prints something else on a second run" in texts[0]


def test_outcomes_of_a_snippet_that_has_changed_since_say_nothing(files, tmp_path):
    (tmp_path / "o.jsonl").write_text(on_gpu(files, "2\n"))
    files.snippet("a/one.py", "print(4 - 2)\n")
    asrun(files, "verify", "--merge", str(tmp_path / "o.jsonl"))
    assert read_record(files.root).snippet_records == {}


def test_an_environment_that_nobody_runs_any_more_is_forgotten(files, bare, tmp_path, capsys):
    assert asrun(files, "update") == 0
    assert asrun(files, "verify", "--python", bare) == 0
    there = next(one for one in read_record(files.root).environments.values() if one.torch is None)
    assert asrun(files, "verify", "--forget", there.id) == 0
    assert f"{there.id}: forgotten, with 1 verdicts" in capsys.readouterr().out
    left = read_record(files.root)
    assert there.id not in left.environments
    assert len(left.snippet_records["a/one.py"].verdicts) == 1
    assert asrun(files, "check") == 0
    assert asrun(files, "verify", "--forget", there.id) == 1
    said = capsys.readouterr().err
    assert f"no environment {there.id}" in said
    assert f"Name one of {next(iter(left.environments))}" in said


@pytest.mark.parametrize("text", ["nothing\n", '{"path": "snippets/a/one.py"}\n', "[]\n"])
def test_what_is_no_outcome_is_told_with_its_line(files, tmp_path, capsys, text):
    (tmp_path / "o.jsonl").write_text(text)
    assert asrun(files, "verify", "--merge", str(tmp_path / "o.jsonl")) == 1
    assert "o.jsonl:1: not the two outcomes of each job" in capsys.readouterr().err


def test_one_run_alone_proves_nothing(files, tmp_path, capsys):
    (tmp_path / "o.jsonl").write_text(on_gpu(files, "2\n").splitlines()[0])
    assert asrun(files, "verify", "--merge", str(tmp_path / "o.jsonl")) == 1
    assert "not the two outcomes of each job" in capsys.readouterr().err


def read_kinds(files) -> dict[str, str]:
    """Return what came of a/one.py on each device, by its verdict's kind."""
    record = read_record(files.root)
    verdicts = record.snippet_records["a/one.py"].verdicts
    return {record.environments[key].device: verdict.kind for key, verdict in verdicts.items()}


class TestGpu:
    """A program that needs a GPU is recorded where there is one."""

    @pytest.fixture
    def gpu_files(self, files):
        files.snippet("a/one.py", "print(1 + 1)\n", "1\n", header="# needs: cuda\n")
        return files

    def merge(self, files, tmp_path: Path, text: str) -> int:
        (tmp_path / "o.jsonl").write_text(text)
        return asrun(files, "verify", "--merge", str(tmp_path / "o.jsonl"))

    def test_its_first_run_there_is_its_record(self, gpu_files, tmp_path, capsys):
        assert self.merge(gpu_files, tmp_path, on_gpu(gpu_files, "2\n")) == 0
        assert gpu_files.read("snippets/a/one.out") == "2\n"
        assert "snippets/a/one.out: recorded on NVIDIA H100" in capsys.readouterr().out
        found = read_record(gpu_files.root)
        assert [e.device for e in found.environments.values()] == ["NVIDIA H100"]
        assert len(found.snippet_records["a/one.py"].passed_environments) == 1

    def test_a_run_on_another_gpu_is_compared_with_it(self, gpu_files, tmp_path):
        self.merge(gpu_files, tmp_path, on_gpu(gpu_files, "2\n"))
        self.merge(gpu_files, tmp_path, on_gpu(gpu_files, "3\n", "NVIDIA L4"))
        assert gpu_files.read("snippets/a/one.out") == "2\n"
        kinds = read_kinds(gpu_files)
        assert kinds == {"NVIDIA H100": "equal", "NVIDIA L4": "different"}

    def test_of_two_gpus_at_once_the_first_run_is_the_record(self, gpu_files, tmp_path, capsys):
        later = on_gpu(gpu_files, "3\n", "NVIDIA L4", "2026-11-26T10:00Z")
        assert self.merge(gpu_files, tmp_path, later + on_gpu(gpu_files, "2\n")) == 0
        assert gpu_files.read("snippets/a/one.out") == "2\n"
        assert capsys.readouterr().out.count("recorded on") == 1
        kinds = read_kinds(gpu_files)
        assert kinds == {"NVIDIA H100": "equal", "NVIDIA L4": "different"}

    def test_a_machine_without_a_gpu_says_nothing_of_it(self, gpu_files, tmp_path):
        text = on_gpu(gpu_files, "2\n").replace('"NVIDIA H100"', "null")
        assert self.merge(gpu_files, tmp_path, text) == 0
        assert gpu_files.read("snippets/a/one.out") == "1\n"
        assert read_record(gpu_files.root).snippet_records == {}

    def test_a_failure_there_is_kept_and_records_nothing(self, gpu_files, tmp_path):
        text = on_gpu(gpu_files, "").replace('"exit_code": 0', '"exit_code": -9')
        assert self.merge(gpu_files, tmp_path, text) == 0
        (said,) = read_record(gpu_files.root).snippet_records["a/one.py"].verdicts.values()
        assert (said.kind, gpu_files.read("snippets/a/one.out")) == ("failed", "1\n")
