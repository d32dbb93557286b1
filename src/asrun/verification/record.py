"""The verification record, ``snippets/verified.json``: on which versions and device each ran.

The file has a line for each snippet: digests of the program's text, of its expected output and of
its figures, and the verdict of each environment. A verdict counts only for the digests that it
stands beside: the next write drops it if one of them has changed. Lines are sorted and have one
form, so that records merge in any order to the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from asrun.base.errors import Location, RecordError
from asrun.base.files import compute_sha256, write_atomically
from asrun.base.text import find_first_difference
from asrun.figures.digest import FigureDigest
from asrun.snippets.snippet import Snippet
from asrun.worker.protocol import Machine

RECORD_PATH = "snippets/verified.json"
VERDICT_KINDS = ("equal", "lacks", "different", "failed")  # from good to bad
_ABOUT_TEXT = "Written by `make update` and `make verify`, never by hand."
_UTC_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")


@dataclass(frozen=True)
class Environment:
    """Where programs ran: versions without their local part; ``device`` is ``CPU`` or a GPU."""

    torch: str | None
    torchvision: str | None
    python: str
    device: str
    platform: str

    @property
    def id(self) -> str:
        """Its name in the file; it follows from all that the environment is."""
        digest = compute_sha256(json.dumps(asdict(self), sort_keys=True))
        return f"{self.torch or f'python{self.python}'}-{digest[:6]}"


def make_environment(machine: Machine, snippet: Snippet | None = None) -> Environment:
    """Return the environment that a machine is for a snippet.

    A GPU is part of it only for a snippet that needs one: what others print says nothing of it.
    """
    gpu_name = machine["cuda"] if snippet and "cuda" in snippet.needs else None
    return Environment(
        machine["torch"],
        machine["torchvision"],
        machine["python"],
        gpu_name or "CPU",
        machine["platform"],
    )


class Verdict(NamedTuple):
    """What came of a run, when (in UTC, to the minute), and what went wrong, in one line."""

    kind: str
    time: str
    reason: str = ""

    @property
    def precedence(self) -> tuple[str, int, str]:
        """What sorts verdicts of one environment: the later counts, of the same time the worse."""
        return (self.time, VERDICT_KINDS.index(self.kind), self.reason)


@dataclass(frozen=True)
class SnippetRecord:
    """A snippet's line: digests of what was run, and the verdicts by the environment's id."""

    source_digest: str
    output_digest: str
    figure_digest: FigureDigest | None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def passed_environments(self) -> tuple[str, ...]:
        """The environments that gave what is recorded."""
        return tuple(key for key, verdict in self.verdicts.items() if verdict.kind == "equal")


@dataclass(frozen=True)
class VerificationRecord:
    """The whole file: environments by their id, lines by the snippet's name."""

    environments: Mapping[str, Environment] = field(default_factory=dict)
    snippet_records: Mapping[str, SnippetRecord] = field(default_factory=dict)

    @property
    def used_environment_ids(self) -> frozenset[str]:
        """The environments that some verdict is about."""
        return frozenset(key for line in self.snippet_records.values() for key in line.verdicts)

    def find_verdicts(self, snippet: Snippet, output: str | None) -> Mapping[Environment, Verdict]:
        """Return the verdicts that count for a snippet as it is, oldest torch first.

        Args:
            snippet: its text must be the one that was run.
            output: its expected output, which must be the one that the verdicts are about.
        """
        snippet_record = self.snippet_records.get(snippet.name)
        if snippet_record is None or not is_record_of(snippet_record, snippet, output):
            return {}
        verdicts = {
            self.environments[key]: verdict for key, verdict in snippet_record.verdicts.items()
        }
        return dict(sorted(verdicts.items(), key=lambda item: make_sort_key(item[0])))


def make_sort_key(environment: Environment) -> tuple[Any, ...]:
    """Return what sorts environments: CPUs before GPUs, then by their versions."""
    version_numbers = [
        [int(number) for number in re.findall(r"\d+", version or "0")]
        for version in (environment.torch, environment.python, environment.torchvision)
    ]
    return (environment.device != "CPU", environment.device, *version_numbers, environment.platform)


def parse_record(text: str) -> VerificationRecord:
    """Return the record that the file's text holds.

    Raises:
        RecordError: for a text that `format_record` does not write: somebody edited it.
    """
    try:
        data = json.loads(text)
        record = VerificationRecord(
            {key: Environment(**entry) for key, entry in data["environments"].items()},
            {name: _parse_entry(entry) for name, entry in data["snippets"].items()},
        )
    except json.JSONDecodeError as error:
        raise _make_edit_error(error.lineno, f"not JSON: {error.msg}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _make_edit_error(1, f"not of its form: {error!r}") from error
    for key, environment in record.environments.items():
        if key != environment.id:
            message = f"{key} is not the name of this environment"
            raise _make_edit_error(find_entry_line(text, key), message)
    for key in sorted(record.used_environment_ids - set(record.environments)):
        raise _make_edit_error(_find_line_containing(text, key), f"no environment {key}")
    for name, entry in data["snippets"].items():
        if entry.get("seal") != _compute_seal(name, record.snippet_records[name]):
            message = f"the line of {name} is not as it was written"
            raise _make_edit_error(find_entry_line(text, name), message)
    if difference := find_first_difference(text, format_record(record)):
        raise _make_edit_error(difference.number, "not as it was written")
    return record


def format_record(record: VerificationRecord) -> str:
    """Return the file's text: the same for the same content, without unused environments."""
    used_ids, names = sorted(record.used_environment_ids), sorted(record.snippet_records)
    environments = {key: asdict(record.environments[key]) for key in used_ids}
    snippets = {name: _make_entry(name, record.snippet_records[name]) for name in names}
    sections = {
        "about": json.dumps(_ABOUT_TEXT),
        "environments": _format_entries(environments),
        "snippets": _format_entries(snippets),
    }
    return "{\n" + ",\n".join(f'"{name}": {text}' for name, text in sections.items()) + "\n}\n"


def read_record(root: Path) -> VerificationRecord | None:
    """Return the project's record; None if it has no such file.

    Raises:
        RecordError: if it cannot be read.
    """
    try:
        return parse_record((root / RECORD_PATH).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise _make_edit_error(1, "not UTF-8") from error


def write_record(root: Path, record: VerificationRecord) -> bool:
    """Write the project's record; return whether it changed."""
    file, text = root / RECORD_PATH, format_record(record)
    is_changed = not file.is_file() or file.read_bytes() != text.encode()
    write_atomically(file, text)
    return is_changed


def _format_entries(entries: Mapping[str, Any]) -> str:
    lines = (
        f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}"
        for key, entry in entries.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}" if entries else "{}"


def _make_entry(name: str, snippet_record: SnippetRecord) -> dict[str, Any]:
    return {
        "sha256": snippet_record.source_digest,
        "output": snippet_record.output_digest,
        "figures": snippet_record.figure_digest
        and [value for value in astuple(snippet_record.figure_digest) if value],
        "runs": {
            key: [part for part in snippet_record.verdicts[key] if part != ""]
            for key in sorted(snippet_record.verdicts)
        },
        "seal": _compute_seal(name, snippet_record),
    }


def _parse_entry(entry: Mapping[str, Any]) -> SnippetRecord:
    verdicts = {key: Verdict(*values) for key, values in entry["runs"].items()}
    for verdict in verdicts.values():
        if verdict.kind not in VERDICT_KINDS or not _UTC_MINUTE.fullmatch(verdict.time):
            raise ValueError(f"{verdict.kind} {verdict.time}")
    figure_digest = entry["figures"]
    if figure_digest:
        form, *plot_values = figure_digest
        figure_digest = FigureDigest(
            form, *((tuple(plot_values[0]), *plot_values[1:]) if plot_values else ())
        )
    return SnippetRecord(entry["sha256"], entry["output"], figure_digest, verdicts)


def _compute_seal(name: str, snippet_record: SnippetRecord) -> str:
    """Return a line's checksum: it betrays an edit or a bad merge, but no forgery."""
    verdicts = {key: list(snippet_record.verdicts[key]) for key in sorted(snippet_record.verdicts)}
    figure_digest = snippet_record.figure_digest and astuple(snippet_record.figure_digest)
    digests = (snippet_record.source_digest, snippet_record.output_digest, figure_digest)
    return compute_sha256(json.dumps([name, *digests, verdicts]))[:8]


def _make_edit_error(line: int, message: str) -> RecordError:
    return RecordError(
        Location(RECORD_PATH, line), message, "Take the file back from git, then run `make update`."
    )


def find_entry_line(text: str, key: str) -> int:
    """Return the number of the line that an environment or a snippet has in the file's text."""
    return _find_line_containing(text, f'{json.dumps(key)}: {{"')


def _find_line_containing(text: str, fragment: str) -> int:
    return next((number for number, line in enumerate(text.splitlines(), 1) if fragment in line), 1)


def is_record_of(snippet_record: SnippetRecord, snippet: Snippet, output: str | None) -> bool:
    """Return whether a line is about a snippet's text and output as they are."""
    return (snippet_record.source_digest, snippet_record.output_digest) == (
        compute_sha256(snippet.source),
        compute_output_digest(output or ""),
    )


def compute_output_digest(output: str) -> str:
    """Return what a line holds of an output."""
    return compute_sha256(output)[:16]
