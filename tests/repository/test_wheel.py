"""The wheel of the engine: what somebody who installs it would get."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

from support.project import ROOT


def test_it_carries_the_whole_engine_and_not_the_projects_own_proofs(tmp_path):
    project = tmp_path / "project"
    shutil.copytree(ROOT / "src", project / "src", ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    build = "import setuptools.build_meta as backend; backend.build_wheel('.')"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = project.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    carried = {name for name in names if ".dist-info/" not in name}
    engine = {
        file.relative_to(ROOT / "src").as_posix()
        for file in (ROOT / "src/asrun").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {"asrun/py.typed", "asrun/project/templates/page.zh.md.template"} <= engine
    assert carried == engine
