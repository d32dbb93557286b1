"""What a build is given, once read and run: no build looks for it again.

`asrun site` hands it to the process that builds, `asrun serve` to the plugin in its own process.
A plain ``mkdocs build`` has none: there, the plugin reads the project, the cache and git itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import LabError
from asrun.base.git import LastChange
from asrun.execution.result import Result
from asrun.labs.execute import LabRun
from asrun.project.project import Project


@dataclass(frozen=True)
class BuildInputs:
    """The project and everything that a build shows of it.

    Attributes:
        results: the results of all snippets by name; None to look each one up in the cache.
        lab_runs: the runs of all labs by path; None to look each one up in the cache.
        history: when each file of the project was last changed, by its path.
        work_folder: where files may be put for as long as the build takes.
    """

    project: Project
    results: Mapping[str, Result] | None
    lab_runs: Mapping[str, LabRun | LabError] | None
    history: Mapping[str, LastChange]
    work_folder: Path


@dataclass(frozen=True)
class BuildOrder:
    """What to build, and where.

    Attributes:
        root: the project's folder.
        site_folder: gets the site, in ``zh``, as soon as both languages are built.
        version_json: what ``version.json`` says.
        environment: a digest of what every page is made from, for `PageStore`.
        store_folder: where pages are kept from one build to the next.
    """

    root: Path
    site_folder: Path
    version_json: str
    inputs: BuildInputs
    store_folder: Path
    environment: str
