"""CONTRIBUTING, followed to the letter in a copy of the project, and GitHub's forms."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.project import ROOT

GUIDES = ("CONTRIBUTING.md", "CONTRIBUTING.zh.md")
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
_STEP = re.compile(
    r"(?P<skip><!-- not run: [^\n]+ -->\n)? *```(?P<kind>bash|python)\n(?P<body>.*?)\n *```",
    re.DOTALL,
)


def guide(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def steps(text: str) -> list[tuple[str, str]]:
    """Return what the guide has one type, in order: kind and text; not what it says is not run."""
    return [
        (match["kind"], re.sub(r"^ {4}", "", match["body"], flags=re.MULTILINE))
        for match in _STEP.finditer(text)
        if not match["skip"]
    ]


@pytest.fixture
def copy(tmp_path) -> Path:
    """The project's files as a clone has them, with what `make` would install."""
    folder = tmp_path / "project"
    for name in ("docs", "snippets"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("Makefile", "mkdocs.yml", "mkdocs.en.yml", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").mkdir()
    for file in Path(sys.prefix).iterdir():
        if not file.name.startswith("installed-"):
            (folder / ".venv" / file.name).symlink_to(file)
    (folder / ".venv" / "installed-default").touch()  # so that make installs nothing
    return folder


def test_followed_to_the_letter_it_adds_a_page_that_passes_its_check(copy):
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    env = {name: value for name, value in env.items() if not name.startswith(("MAKE", "MFLAGS"))}
    said = {}
    for kind, text in steps(guide("CONTRIBUTING.md")):
        if kind == "python":
            (copy / "snippets/tensors/gather.py").write_text(text + "\n", encoding="utf-8")
            continue
        done = subprocess.run(
            text, shell=True, cwd=copy, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (text, done.stdout, done.stderr)
        said[text.split()[1]] = done.stdout + done.stderr
    assert set(said) == {"new", "update", "check", "fix"}
    assert "+tensor([[12, 10],\n+        [21, 21]])" in said["update"]
    assert "1 of 1 snippets ran." in said["check"]
    assert "按索引取数: tensors/gather.md" in (copy / "mkdocs.yml").read_text(encoding="utf-8")


def test_both_guides_have_the_same_steps():
    zh, en = (re.findall(r"```.*?```", guide(name), re.DOTALL) for name in GUIDES)
    assert zh == en


@pytest.mark.parametrize("name", GUIDES)
def test_every_failure_that_it_explains_is_one_that_the_engine_tells(name: str):
    table = guide(name).partition("|---|---|\n")[2].partition("\n\n")[0]
    words = [
        word for row in table.splitlines() for word in re.findall(r"`([^`]+)`", row.split("|")[1])
    ]
    assert len(words) >= 12
    engine = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "src/asrun").rglob("*.py")
    )
    engine = re.sub(r'"\n\s*f?"', "", engine)
    for word in words:
        assert word in engine, word


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_in_it_is_a_target(name: str):
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    used = re.findall(r"(?:^ *|`)make ([a-z]+)", guide(name), re.MULTILINE)
    assert (
        {"new", "check", "update", "fix", "hooks", "preview", "test"} <= set(used) <= set(targets)
    )


@pytest.mark.parametrize("name", GUIDES)
def test_links_of_the_guides_lead_somewhere(name: str):
    for target in re.findall(r"\]\(([^)#]+)\)", guide(name)):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_githubs_forms_follow_their_schema(form: Path):
    schema = "issue-config" if form.stem == "config" else "issue-forms"
    done = subprocess.run(
        [
            Path(sys.executable).with_name("check-jsonschema"),
            *("--builtin-schema", f"vendor.github-{schema}", form),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "form", [f for f in FORMS if f.stem != "config"], ids=lambda form: form.stem
)
def test_every_label_of_a_form_is_in_both_languages(form: Path):
    text = form.read_text(encoding="utf-8")
    labels = re.findall(r"^ *(?:name|description|label): (.+)$", text, re.MULTILINE)
    assert len(labels) >= 5
    for label in labels:
        chinese, mark, english = label.partition(" · ")
        assert mark, label
        assert re.search("[\u4e00-\u9fff]", chinese), label
        assert re.search("[A-Za-z]", english), label
