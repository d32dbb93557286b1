"""ARCHITECTURE.md is true: what it names exists where it says, and its recipes work."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from support.project import PAGE, ROOT, Files, sound_project

TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def find_file(name: str) -> Path:
    """Return the file that a path of the document means, from the root or from the engine."""
    return next((f for f in (ROOT / name, ROOT / "src/asrun" / name) if f.exists()), ROOT / name)


def list_definitions(file: Path) -> list[str]:
    """Return the names that a module defines at its top level."""
    names: list[str] = []
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return names


def rows_of_the_table() -> list[list[str]]:
    section = TEXT.partition("\n## Where things are\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_the_table_has_an_answer_for_each_of_its_questions():
    assert len(rows_of_the_table()) >= 22


@pytest.mark.parametrize("row", rows_of_the_table(), ids=lambda row: row[0])
def test_what_the_table_names_is_defined_where_it_says(row):
    files = [find_file(name) for name in re.findall(r"`([^`]+)`", row[1]) if "PACKAGE" not in name]
    names = re.findall(r"`([^`]+)`", row[2]) if len(row) > 2 else []
    assert all(file.is_file() for file in files), row
    defined = [list_definitions(file) for file in files if file.suffix == ".py"]
    assert all(any(name in found for found in defined) for name in names), row
    assert all(any(name in found for name in names) for found in defined if names), row


def test_every_file_that_the_text_names_exists():
    prose = re.sub(r"^ *```.*?^ *```$", "", TEXT, flags=re.DOTALL | re.MULTILINE)
    paths = re.findall(r"`([\w./*]+/[\w./*]+\.(?:py|toml|html|json|md))`", prose)
    expected_new = {"tests/unit/lists/test_count.py"}  # a recipe has the reader write it
    assert len(paths) > 40
    missing = [p for p in paths if not find_file(p).exists() and p not in expected_new]
    assert [path for path in missing if "PACKAGE" not in path] == []


def test_every_package_of_the_engine_is_in_the_picture():
    picture = TEXT.partition("```text\n")[2].partition("```")[0]
    packages = {file.parent.name for file in (ROOT / "src/asrun").glob("*/__init__.py")}
    assert packages <= set(re.findall(r"[a-z_]+", picture))


def list_modules() -> str:
    """Return the section "Every module" as the code of today makes it."""
    packages = [ROOT / "src/asrun", *(f.parent for f in sorted(ROOT.glob("src/*/*/__init__.py")))]
    tests = [
        ROOT / "tests" / name for name in ("browser", "repository", "site", "speed", "support")
    ]
    lines = []
    for folder in [*packages, ROOT / "src/asrun_quality", *tests]:
        lines += [f"**{folder.relative_to(ROOT)}**", ""]
        for file in sorted(folder.glob("*.py")):
            if not file.stem.startswith("__"):
                lines.append(describe_module(file))
        lines.append("")
    return "\n".join(lines)


def describe_module(file: Path) -> str:
    """Return a module's line: the first sentence of its docstring, and the names that it offers."""
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(docstring.partition("\n\n")[0].split()).replace("``", "`")
    is_test = file.is_relative_to(ROOT / "tests")
    names = [] if is_test else [n for n in list_definitions(file) if not n.startswith("_")]
    return f"- `{file.stem}`: {sentence}" + (f" *{', '.join(names)}*" if names else "")


def test_every_module_is_listed_with_its_first_sentence_and_its_names():
    section = TEXT.partition("equal to the code.\n\n")[2].partition("\n## ")[0]
    assert section == list_modules()


def follow_recipe(name: str, source: Path) -> None:
    """Do with a copy of the engine what a recipe's blocks say, each at the place in its title."""
    recipe = TEXT.partition(f"**{name}**")[2].partition("\n**")[0]
    blocks = [token for token in MarkdownIt().parse(recipe) if token.type == "fence"]
    assert blocks
    for block in blocks:
        path, _, where = re.search(r'title="([^"]+)"', block.info)[1].partition(", ")
        file = source.parent / path
        if where == "new":
            file.write_text(block.content, encoding="utf-8")
            continue
        text = file.read_text(encoding="utf-8")
        if where == "at the end":
            text += block.content
        else:
            lines = text.splitlines(keepends=True)
            (index,) = (
                n for n, ln in enumerate(lines) if ln.rstrip() == where.removeprefix("below ")
            )
            text = "".join([*lines[: index + 1], block.content, *lines[index + 1 :]])
        file.write_text(text, encoding="utf-8")


@pytest.fixture
def copy(tmp_path) -> tuple[Files, Path]:
    """A small project, and a copy of the engine beside it."""
    source = tmp_path / "checkout/src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    return sound_project(tmp_path), source


def check(files: Files, source: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "asrun.cli", "--root", files.root, "check", "--runs-only"],
        env=os.environ | {"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_recipe_of_a_check_makes_a_check_that_tells(copy):
    files, source = copy
    follow_recipe("A check", source)
    files.page(PAGE.replace("# Title", "# Title."))
    told = check(files, source)
    assert "docs/en/index.md:4: its title ends with a full stop. Delete it." in told.stderr
    files.page(PAGE)
    assert check(files, source).returncode == 0


def test_the_recipe_of_a_list_makes_a_list_that_pages_show(copy):
    files, source = copy
    files.page(f"{PAGE}\n<!-- list: count -->\n")
    assert "no list `count`" in check(files, source).stderr
    follow_recipe("A list", source)
    done = check(files, source)
    assert done.returncode == 0, done.stderr
    code = (
        "from pathlib import Path\n"
        "from asrun.project.project import load_project\n"
        f"project = load_project(Path({str(files.root)!r}))\n"
        "render = project.make_list_renderer(project.get_pages('en')[0])\n"
        "from asrun.pages.page import parse_page\n"
        "(data_list,) = parse_page(project.get_pages('en')[0]).lists\n"
        "print([text for text, _ in render(data_list)])\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.stdout == "['**1**']\n", shown.stderr
