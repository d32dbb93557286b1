from __future__ import annotations

import json

import pytest

from asrun.worker.protocol import (
    BatchOutcome,
    ExceptionReport,
    Machine,
    Outcome,
    Refusal,
    Report,
    TensorReport,
    is_batch_outcome,
    is_refusal,
    is_report,
)

TENSOR: TensorReport = {"shape": [2], "dtype": "float32", "values": [1, 0.5]}
EXCEPTION: ExceptionReport = {
    "name": "ValueError",
    "qualified_name": "builtins.ValueError",
    "line": 3,
    "text": "ValueError: no",
    "is_warning": False,
}
REPORT: Report = {
    "exception": EXCEPTION,
    "tensors": {"x": TENSOR},
    "missing_names": ["y"],
    "plots": ["<svg/>"],
    "unshown_figures": 0,
    "versions": {"python": "3.11.7"},
}
REFUSAL: Refusal = {"kind": "write", "action": "open /etc/passwd", "line": None}
MACHINE: Machine = {
    "python": "3.12",
    "platform": "Linux x86_64",
    "cuda": None,
    "torch": "2.9.1",
    "torchvision": None,
}
OUTCOME: Outcome = {
    "id": 0,
    "plain": False,
    "exit_code": 0,
    "is_overdue": False,
    "exceeded_limit": None,
    "refusal": REFUSAL,
    "seconds": 0.1,
    "stdout": "2\n",
    "stderr": "",
    "report": REPORT,
}
BATCH_OUTCOME: BatchOutcome = {
    "path": "snippets/a/one.py",
    "sha256": "0" * 64,
    "machine": MACHINE,
    "time": "2026-11-25T10:00Z",
    "outcome": OUTCOME,
}


def test_what_has_passed_through_json_is_still_of_its_type():
    assert is_report(json.loads(json.dumps(REPORT)))
    assert is_refusal(json.loads(json.dumps(REFUSAL)))
    assert is_batch_outcome(json.loads(json.dumps(BATCH_OUTCOME)))


def test_a_report_may_have_no_exception():
    assert is_report({**REPORT, "exception": None})


@pytest.mark.parametrize(
    "spoiled",
    [
        None,
        [],
        "report",
        {},
        {"exception": None},
        {**REPORT, "more": 1},
        {**REPORT, "exception": {"name": "ValueError"}},
        {**REPORT, "exception": "ValueError"},
        {**REPORT, "tensors": {"x": {**TENSOR, "values": ["1"]}}},
        {**REPORT, "tensors": [TENSOR]},
        {**REPORT, "plots": "<svg/>"},
        {**REPORT, "plots": [1]},
        {**REPORT, "unshown_figures": None},
        {**REPORT, "versions": {"python": 3}},
    ],
)
def test_anything_else_is_no_report(spoiled: object):
    assert not is_report(spoiled)


@pytest.mark.parametrize(
    "spoiled", [None, {**REFUSAL, "kind": "other"}, {**REFUSAL, "kind": []}, {"kind": "write"}]
)
def test_anything_else_is_no_refusal(spoiled: object):
    assert not is_refusal(spoiled)


def test_an_outcome_may_never_have_come():
    assert is_batch_outcome({**BATCH_OUTCOME, "outcome": None})


@pytest.mark.parametrize(
    "spoiled",
    [
        OUTCOME,
        {**BATCH_OUTCOME, "machine": {**MACHINE, "torch": ["2.9.1"]}},
        {**BATCH_OUTCOME, "outcome": {**OUTCOME, "stdout": None}},
        {**BATCH_OUTCOME, "outcome": {**OUTCOME, "report": {}}},
        {**BATCH_OUTCOME, "time": 0},
    ],
)
def test_anything_else_is_no_outcome_of_a_batch(spoiled: object):
    assert not is_batch_outcome(spoiled)
