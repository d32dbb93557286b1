"""What the pages of a project show of its programs and labs.

The plugin, the census and `asrun where` all ask here, so that they cannot disagree. The decision
itself is `asrun.pages.snippet_block.choose_content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asrun.base.errors import FigureError, LabError, RunError
from asrun.execution.cache import Cache
from asrun.execution.machine import find_missing_requirement
from asrun.execution.result import Result
from asrun.labs.execute import LabRun, load_lab_run
from asrun.labs.lab import Lab
from asrun.pages.snippet_block import (
    BlockContent,
    SnippetBlock,
    build_snippet_block,
    choose_content,
)
from asrun.project.project import Project
from asrun.snippets.snippet import Snippet


def choose_snippet_content(
    project: Project, snippet: Snippet, result: Result | None
) -> BlockContent:
    """Return what pages show of a snippet; ``result`` is None if nobody tried to run it."""
    verdicts = project.get_verdicts(snippet) if project.verification_record else None
    expected_output = project.expected_outputs[snippet.name]
    return choose_content(snippet, result, expected_output, verdicts)


@dataclass
class ContentSource:
    """The blocks and lab runs that one build of one language shows.

    Attributes:
        results: the results of all snippets by name; None to look each one up in the cache.
        lab_runs: the runs of all labs by path; None to look each one up in the cache.
        is_strict: every program and lab must have run, and every figure must be drawn.
    """

    project: Project
    language: str
    cache: Cache
    results: Mapping[str, Result] | None = None
    lab_runs: Mapping[str, LabRun | LabError] | None = None
    is_strict: bool = False
    _blocks: dict[str, SnippetBlock] = field(default_factory=dict)

    def get_snippet_block(self, name: str) -> SnippetBlock:
        """Return the block of a snippet.

        Raises:
            KeyError: if the project has no such snippet.
            AsrunError: if the block cannot be built, or is not complete in a strict build.
        """
        if name not in self._blocks:
            self._blocks[name] = self._build_block(self.project.snippets[name])
        return self._blocks[name]

    def find_lab_run(self, lab: Lab) -> LabRun | None:
        """Return the run of a lab; None if it did not run, or failed.

        Raises:
            LabError: if there is none in a strict build.
        """
        run: LabRun | LabError | None
        if self.lab_runs is None:
            run = load_lab_run(self.project.root, lab)
        else:
            run = self.lab_runs[lab.path]
        if self.is_strict and run is None:
            raise LabError(lab.locate_line(), "not run", "Run `make site`.")
        return None if isinstance(run, LabError) else run

    def _build_block(self, snippet: Snippet) -> SnippetBlock:
        result: Result | None
        if self.results is None:
            result = self.cache.find_run(snippet) or find_missing_requirement(snippet)
        else:
            result = self.results.get(snippet.name)
        content = choose_snippet_content(self.project, snippet, result)
        if self.is_strict and isinstance(content, RunError):
            raise content
        verdicts = self.project.get_verdicts(snippet)
        block = build_snippet_block(snippet, content, self.language, verdicts)
        if self.is_strict and None in block.figures and not block.missing_requirement:
            raise FigureError(snippet.locate_line(), "a figure is not drawn", "Run `make site`.")
        return block
