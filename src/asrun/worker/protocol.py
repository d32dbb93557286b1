"""What the engine and a worker write to each other, one JSON object a line.

A `Job` goes to the worker, its `Outcome` comes back. Inside the worker, the process that runs the
program leaves a `Report`, and a `Refusal` for each thing that it tried and may not do.
"""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import (
    Any,
    Literal,
    TypedDict,
    TypeGuard,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

# A report holds the numbers of a tensor with at most so many elements: more are not drawn.
MAX_TENSOR_CELLS = 64


class Job(TypedDict):
    """A program to run once."""

    id: int
    """Chosen by the sender, different for each job of a server; the outcome repeats it."""
    path: str
    """The program's file, relative to the project: the name that tracebacks and reports use."""
    source: str
    """The program's whole text."""
    drawn_names: list[str]
    """Variables whose tensors the report must hold, as they are when the program has ended."""
    plain: bool
    """Run it as ``python FILE``, in an interpreter of its own; such a run leaves no report."""
    as_file: bool
    """Write it to a file before it runs: processes that it spawns import it from there."""
    network: bool
    """Leave it the machine's network."""
    seconds: float
    """Wall-clock time after which it is killed."""
    megabytes: int
    """MiB of data that each of its processes may have; all together may have twice as much."""


class ExceptionReport(TypedDict):
    """The exception that ended a program."""

    name: str
    """The name of its class, such as ``OutOfMemoryError``."""
    qualified_name: str
    """The same with its module, such as ``torch.OutOfMemoryError``."""
    line: int
    """The line of the program that raised it, or that called what did; counted from 1."""
    text: str
    """What Python prints below the traceback; without a newline at its end."""
    is_warning: bool
    """Whether it is a warning: they are errors in every program."""


class TensorReport(TypedDict):
    """A tensor that is to be drawn."""

    shape: list[int]
    dtype: str
    """Its type without ``torch.``, such as ``float32``."""
    values: list[float]
    """All its numbers in order, or none where it has more than `MAX_TENSOR_CELLS`."""


class Report(TypedDict):
    """What a program did, written by its own process after its last line."""

    exception: ExceptionReport | None
    tensors: dict[str, TensorReport]
    """Those of the job's ``drawn_names`` that are tensors."""
    missing_names: list[str]
    """Those of the job's ``drawn_names`` that are not."""
    plots: list[str]
    """An SVG for each figure that it showed, in order."""
    unshown_figures: int
    """How many figures it drew and did not show."""
    versions: dict[str, str]
    """Of Python and of the libraries that figures depend on, if they were imported."""


RefusalKind = Literal["network", "write"]


class Refusal(TypedDict):
    """Something that a program tried and may not do."""

    kind: RefusalKind
    action: str
    """The audit event and its subject, such as ``open /etc/passwd``."""
    line: int | None
    """The line of the program that it comes from, if it comes from one; counted from 1."""


class Outcome(TypedDict):
    """How a job ended."""

    id: int
    """The job's."""
    plain: bool
    """The job's."""
    exit_code: int
    """The exit status of its process, or the number of the signal that killed it, negated."""
    is_overdue: bool
    """Whether it was killed because its time was over."""
    exceeded_limit: str | None
    """What it had too much of if it was killed for that; a predicate, such as ``holds more …``."""
    refusal: Refusal | None
    """The first thing that was refused."""
    seconds: float
    """How long it took, by the clock."""
    stdout: str
    stderr: str
    report: Report | None
    """None if the program did not come to its end, ran ``plain``, or spoiled the file."""


class Machine(TypedDict):
    """What decides, besides the program, what is printed where a worker runs."""

    python: str
    """Major and minor version, such as ``3.12``."""
    platform: str
    """Operating system and processor, such as ``Linux x86_64``."""
    cuda: str | None
    """The name of the first GPU, if there is one."""
    torch: str | None
    """The version that is installed, if one is, without a local part such as ``+cu130``."""
    torchvision: str | None
    """The same of torchvision."""


class BatchOutcome(TypedDict):
    """One of the two outcomes of a job of a batch, with all that is needed to use it elsewhere."""

    path: str
    """The job's."""
    sha256: str
    """The SHA-256 of the job's source, in hexadecimal: the snippet may have changed since."""
    machine: Machine
    time: str
    """When the batch began: in UTC, to the minute, such as ``2026-11-25T10:00Z``."""
    outcome: Outcome | None
    """None if the server that had the job ended without an answer."""


def is_report(value: object) -> TypeGuard[Report]:
    """Say whether a JSON value is a report: a program can write anything into the file of one."""
    return _has_type(value, Report)


def is_refusal(value: object) -> TypeGuard[Refusal]:
    """Say whether a JSON value is a refusal: a program can write anything into the file of one."""
    return _has_type(value, Refusal)


def is_batch_outcome(value: object) -> TypeGuard[BatchOutcome]:
    """Say whether a JSON value is an outcome of a batch: anybody can name any file as such."""
    return _has_type(value, BatchOutcome)


def _has_type(value: object, expected: Any) -> bool:
    """Say whether a JSON value has one of the types that the classes of this module are made of."""
    if is_typeddict(expected):
        fields = _get_fields(expected)
        return (
            isinstance(value, dict)
            and value.keys() == fields.keys()
            and all(_has_type(value[name], fields[name]) for name in fields)
        )
    origin, arguments = get_origin(expected), get_args(expected)
    if origin is UnionType:
        return any(_has_type(value, argument) for argument in arguments)
    if origin is Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(_has_type(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            _has_type(item, arguments[1]) for item in value.values()
        )
    return isinstance(value, int | float if expected is float else expected)


@cache
def _get_fields(typed_dict: Any) -> dict[str, Any]:
    return get_type_hints(typed_dict)
