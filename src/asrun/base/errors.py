"""Errors that a person can act upon: where something is wrong, what it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Location:
    """A line of a file; ``path`` is relative to the project, ``line`` counts from 1."""

    path: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class AsrunError(Exception):
    """Base of all our errors. ``str(error)`` is one line: location, message, hint."""

    def __init__(self, location: Location, message: str, hint: str) -> None:
        super().__init__(location, message, hint)
        self.location = location
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.location}: {self.message.rstrip('.')}. {self.hint}"


class SnippetError(AsrunError):
    """A snippet's text breaks the format: directives, comment pairs, syntax."""


class RunError(AsrunError):
    """A snippet did not do what it declares: it raised, warned, hung, crashed, varied."""


class RecordError(AsrunError):
    """What a run printed and what the ``.out`` file says are not the same."""


class FigureError(AsrunError):
    """A figure cannot be drawn as asked."""


class PageError(AsrunError):
    """A page breaks the format, or its counterpart says something else."""


class LabError(AsrunError):
    """A lab breaks its format, or one of its cells does not run."""


class CensusError(AsrunError):
    """A published block is not one that was run, or is not shown as it ran."""


class ProjectError(AsrunError):
    """The project's layout or set-up is not what the engine needs."""


class MutantError(AsrunError):
    """A file is wrong as it is, so that a mutant of it would prove nothing."""


class LintError(AsrunError):
    """A file is not written as all are: code style, Markdown, spelling, typography."""
