"""The wheel: the whole engine, with the files that are not Python, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pytest

from support.project import ROOT

ENGINE = ROOT / "src/asrun"


@pytest.fixture(scope="module")
def wheel_files(tmp_path_factory) -> set[str]:
    """Return the files in a wheel that is built from a copy, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")
    )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    build = "from setuptools import build_meta; build_meta.build_wheel('dist')"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_it_holds_every_file_of_the_engine_and_no_other(wheel_files):
    expected = {
        file.relative_to(ROOT / "src").as_posix()
        for file in ENGINE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert "asrun/project/templates/page.zh.md.template" in expected
    assert "asrun/py.typed" in expected
    assert wheel_files == expected
