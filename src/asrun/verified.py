"""Proven where: ``snippets/verified.json``, one line a snippet, written by `asrun` alone.

A line holds the digests of a program's text and recorded output, a sketch of its figures, and what
each environment made of them. A verdict counts only for the digests that it stands beside: as soon
as one of them changes, the next write drops it. Lines are sorted and of one form, so that records
merge in any order to the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from asrun.errors import Place, RecordError
from asrun.judge import NotRun, Run
from asrun.record import compare, recorded, write_whole
from asrun.runner import Result
from asrun.sketch import Sketch, alike, sketch
from asrun.snippet import Snippet

PATH = "snippets/verified.json"
VERDICTS = ("equal", "lacks", "different", "failed")  # from good to bad

_ABOUT = "Written by `make update` and `make verify`, never by hand."
_MEND = "Run `make update` and commit the file."
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_FOLDERS = re.compile(r"(?<![\w:/.])(?:/[\w.+@-]+)+/(?=[\w.+@-])")
_NO_MODULE = re.compile(r"`ModuleNotFoundError: No module named '([\w.]+)'`")


@dataclass(frozen=True)
class Environment:
    """Where programs ran: versions without their local part, ``CPU`` or the GPU's name."""

    torch: str | None
    torchvision: str | None
    python: str
    device: str
    platform: str

    @property
    def id(self) -> str:
        """Return its name in the file; it follows from all that the environment is."""
        whole = digest(json.dumps(asdict(self), sort_keys=True))
        return f"{self.torch or f'python{self.python}'}-{whole[:6]}"


def environment(told: Mapping[str, str | None], snippet: Snippet | None = None) -> Environment:
    """Return the environment that a worker tells of, as it is for a snippet.

    A program that does not need the GPU of its machine has not proven anything about it.
    """
    gpu = told["cuda"] if snippet and "cuda" in snippet.needs else None
    return Environment(
        told["torch"],
        told["torchvision"],
        str(told["python"]),
        gpu or "CPU",
        str(told["platform"]),
    )


class Verdict(NamedTuple):
    """What came of a run, when (UTC, to the minute), and the first line of what went wrong."""

    kind: str
    at: str
    why: str = ""

    @property
    def weight(self) -> tuple[str, int, str]:
        """Order two verdicts of one environment: the later one counts, at once the worse one."""
        return (self.at, VERDICTS.index(self.kind), self.why)


@dataclass(frozen=True)
class Proof:
    """A snippet's line: what was run, and what came of it by the environment's id."""

    sha256: str
    output: str
    figures: Sketch | None
    runs: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def passed(self) -> tuple[str, ...]:
        """Return the environments that gave what is recorded."""
        return tuple(key for key, verdict in self.runs.items() if verdict.kind == "equal")


@dataclass(frozen=True)
class Verified:
    """The whole file."""

    environments: Mapping[str, Environment] = field(default_factory=dict)
    proofs: Mapping[str, Proof] = field(default_factory=dict)

    def of(self, snippet: Snippet, output: str | None) -> Mapping[Environment, Verdict]:
        """Return what counts for a snippet with this recorded output; oldest torch first."""
        proof = self.proofs.get(snippet.name)
        if proof is None or not _is_of(proof, snippet, output):
            return {}
        found = {self.environments[key]: verdict for key, verdict in proof.runs.items()}
        return dict(sorted(found.items(), key=lambda item: order(item[0])))


def order(environment: Environment) -> tuple[Any, ...]:
    """Return what sorts environments: CPUs before GPUs, then by version."""
    numbers = [
        [int(number) for number in re.findall(r"\d+", version or "0")]
        for version in (environment.torch, environment.python, environment.torchvision)
    ]
    return (environment.device != "CPU", environment.device, *numbers, environment.platform)


# --- the file -----------------------------------------------------------------------------------


def parse(text: str) -> Verified:
    """Read the file.

    Raises:
        RecordError: for what is not as `written` writes it: it was edited, or merged by hand.
    """
    try:
        data = json.loads(text)
        found = Verified(
            {key: Environment(**entry) for key, entry in data["environments"].items()},
            {name: _proof(entry) for name, entry in data["snippets"].items()},
        )
    except json.JSONDecodeError as error:
        raise _edited(error.lineno, f"not JSON: {error.msg}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _edited(1, f"not of its form: {error!r}") from error
    used = {key for proof in found.proofs.values() for key in proof.runs}
    for key, entry in found.environments.items():
        if key != entry.id:
            raise _edited(_line(text, key), f"{key} is not the name of this environment")
    if unknown := sorted(used - set(found.environments)):
        raise _edited(_line_with(text, unknown[0]), f"no environment {unknown[0]}")
    for name, entry in data["snippets"].items():
        if entry.get("seal") != _seal(name, found.proofs[name]):
            raise _edited(_line(text, name), f"the line of {name} is not as it was written")
    if text != written(found):
        pairs = zip(text.splitlines(), written(found).splitlines(), strict=False)
        number = next((n for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]), 1)
        raise _edited(number, "not as it was written")
    return found


def written(verified: Verified) -> str:
    """Return the file's text: the same for the same content, one line each, sorted."""
    used = {key for proof in verified.proofs.values() for key in proof.runs}
    environments = {key: asdict(verified.environments[key]) for key in sorted(used)}
    snippets = {name: _entry(name, verified.proofs[name]) for name in sorted(verified.proofs)}
    return (
        f'{{\n"about": {json.dumps(_ABOUT)},\n'
        f'"environments": {_lines(environments)},\n"snippets": {_lines(snippets)}\n}}\n'
    )


def read(root: Path) -> Verified | None:
    """Return the project's record; None if it keeps none.

    Raises:
        RecordError: if it cannot be read.
    """
    text = _text(root)
    return None if text is None else parse(text)


def write(root: Path, verified: Verified) -> bool:
    """Write the project's record; return whether it changed."""
    text = written(verified)
    changed = _text(root) != text
    write_whole(root / PATH, text)
    return changed


def _text(root: Path) -> str | None:
    try:
        return (root / PATH).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _lines(entries: Mapping[str, Any]) -> str:
    lines = (
        f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}"
        for key, entry in entries.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}" if entries else "{}"


def _entry(name: str, proof: Proof) -> dict[str, Any]:
    return {
        "sha256": proof.sha256,
        "output": proof.output,
        "figures": proof.figures and [part for part in astuple(proof.figures) if part],
        "runs": {
            key: [part for part in proof.runs[key] if part != ""] for key in sorted(proof.runs)
        },
        "seal": _seal(name, proof),
    }


def _proof(entry: Mapping[str, Any]) -> Proof:
    runs = {key: Verdict(*parts) for key, parts in entry["runs"].items()}
    for verdict in runs.values():
        if verdict.kind not in VERDICTS or not _MOMENT.fullmatch(verdict.at):
            raise ValueError(f"{verdict.kind} {verdict.at}")
    figures = entry["figures"]
    if figures:
        form, *plotted = figures
        figures = Sketch(form, *((tuple(plotted[0]), *plotted[1:]) if plotted else ()))
    return Proof(entry["sha256"], entry["output"], figures, runs)


def _seal(name: str, proof: Proof) -> str:
    """Return a line's checksum: it shows an edit or a bad merge, not a forgery."""
    runs = {key: list(proof.runs[key]) for key in sorted(proof.runs)}
    figures = proof.figures and astuple(proof.figures)
    return digest(json.dumps([name, proof.sha256, proof.output, figures, runs]))[:8]


def _edited(line: int, what: str) -> RecordError:
    return RecordError(
        Place(PATH, line), what, "Take the file back from git, then run `make update`."
    )


def _line(text: str, key: str) -> int:
    return _line_with(text, f'{json.dumps(key)}: {{"')


def _line_with(text: str, part: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if part in line), 1)


def digest(text: str) -> str:
    """Return a text's SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


# --- what a run proves --------------------------------------------------------------------------


def verdict(
    root: Path, snippet: Snippet, result: Result, at: str, figures: Sketch | None
) -> Verdict | None:
    """Return what a run in another environment says of the record; None if it was not run.

    ``figures`` is the recorded sketch. A module that the program imports and the environment has
    not is something that it lacks, no failure.
    """
    if isinstance(result, NotRun):
        return None
    if isinstance(result, Run):
        if difference := compare(root, snippet, result):
            lines = ((recorded(root, snippet) or "").splitlines(), result.output.splitlines())
            number = difference.place.line
            was, now = (said[number - 1] if len(said) >= number else "" for said in lines)
            alike_for = next(
                (n for n, pair in enumerate(zip(was, now, strict=False)) if len({*pair}) > 1), 0
            )
            start = max(0, alike_for - 20)  # a long line: where it differs
            was, now = (f"{'…' if start else ''}{said[start:]}"[:100] for said in (was, now))
            return Verdict("different", at, _told(f"line {number}: `{was}`, here `{now}`"))
        if not alike(sketch(result), figures):
            return Verdict("different", at, "its figure is another one")
        return Verdict("equal", at)
    missing = _NO_MODULE.search(result.what)
    if missing and re.search(rf"\b(import|from) {missing[1].split('.')[0]}\b", snippet.source):
        return Verdict("lacks", at, missing[1].split(".")[0])
    return Verdict("failed", at, _told(f"{result.what} (line {result.place.line})"))


def _told(what: str) -> str:
    """Return one line, without the folders of the machine that says it."""
    return _FOLDERS.sub("…/", " ".join(what.split()))[:240]


# --- writing ------------------------------------------------------------------------------------


class Ran(NamedTuple):
    """A snippet that ran somewhere, and what came of it."""

    snippet: Snippet
    result: Result
    environment: Environment
    at: str


def updated(
    root: Path, verified: Verified, snippets: Iterable[Snippet], ran: Iterable[Ran]
) -> Verified:
    """Return the record after an update here: what was recorded from these runs is proven by them.

    Keeps the snippets that there are, and of their verdicts those that still count. A run adds
    its environment where no other with the same torch has passed yet, and mends its own verdict.
    """
    known, environments = _current(root, verified, snippets), dict(verified.environments)
    for snippet, result, here, at in ran:
        if not isinstance(result, Run) or compare(root, snippet, result):
            continue
        figures = sketch(result)
        proof = known.get(snippet.name)
        if proof is None or not alike(proof.figures, figures):
            proof = Proof(digest(snippet.source), _short(result.output), figures)
        passed = {(environments[key].torch, environments[key].device) for key in proof.passed}
        if here.id not in proof.passed and (
            here.id in proof.runs or (here.torch, here.device) not in passed
        ):
            environments[here.id] = here
            proof = replace(proof, runs={**proof.runs, here.id: Verdict("equal", at)})
        known[snippet.name] = proof
    return Verified(environments, known)


def merged(
    root: Path, verified: Verified, snippets: Iterable[Snippet], ran: Iterable[Ran]
) -> Verified:
    """Return the record with the verdicts of runs elsewhere; any order gives the same record.

    Of two verdicts of one environment the later counts; of the same minute, the worse.
    """
    known, environments = _current(root, verified, snippets), dict(verified.environments)
    for snippet, result, there, at in ran:
        output = recorded(root, snippet)
        proof = known.get(snippet.name)
        if output is None:
            continue  # nothing to compare with
        if proof is None:
            proof = Proof(digest(snippet.source), _short(output), None)
        if isinstance(result, Run) and not proof.passed:
            proof = replace(proof, figures=sketch(result))
        new = verdict(root, snippet, result, at, proof.figures)
        if new is None:
            continue
        old = proof.runs.get(there.id, new)
        latest = max(old, new, key=lambda verdict: verdict.weight)
        environments[there.id] = there
        known[snippet.name] = replace(proof, runs={**proof.runs, there.id: latest})
    return Verified(environments, known)


def _current(root: Path, verified: Verified, snippets: Iterable[Snippet]) -> dict[str, Proof]:
    return {
        snippet.name: verified.proofs[snippet.name]
        for snippet in snippets
        if snippet.name in verified.proofs
        and _is_of(verified.proofs[snippet.name], snippet, recorded(root, snippet))
    }


def _is_of(proof: Proof, snippet: Snippet, output: str | None) -> bool:
    return (proof.sha256, proof.output) == (digest(snippet.source), _short(output or ""))


def _short(output: str) -> str:
    return digest(output)[:16]


# --- checking -----------------------------------------------------------------------------------


def problems(verified: Verified, names: Iterable[str]) -> Iterator[RecordError]:
    """Yield the lines of snippets that are gone; ``names`` are those of all that there are."""
    text = written(verified)
    for name in sorted(set(verified.proofs) - set(names)):
        yield RecordError(Place(PATH, _line(text, name)), f"snippets/{name} is gone", _MEND)


def problem(
    verified: Verified, snippet: Snippet, run: Run, here: Environment
) -> RecordError | None:
    """Return what is wrong with a snippet's line, if it ran here and printed what is recorded."""
    proof = verified.proofs.get(snippet.name)
    if proof and (other := problem_of_figures(proof, snippet, run)):
        return other  # also where the program has changed
    if proof is None or not _is_of(proof, snippet, run.output) or not proof.passed:
        return RecordError(
            snippet.place(), f"{PATH} does not say where it was proven as it is now", _MEND
        )
    said = proof.runs.get(here.id)
    if said and said.kind != "equal":
        line = _line(written(verified), snippet.name)
        return RecordError(
            Place(PATH, line), f"says that {snippet.path} is {said.kind} here, and it ran", _MEND
        )
    return None


def problem_of_figures(proof: Proof, snippet: Snippet, run: Run) -> RecordError | None:
    """Return what is wrong if a run draws something else than is recorded, whatever its text."""
    if alike(proof.figures, sketch(run)):
        return None
    return RecordError(
        snippet.place(),
        "its figure is not the one recorded",
        "If the program is right, run `make update`, and look at it.",
    )
