from __future__ import annotations

import pytest

from asrun.base.errors import ProjectError, RunError
from asrun.cli.main import main
from asrun.project.checks import find_project_problems
from asrun.project.project import load_project
from asrun.project.scaffold import create_page
from support.project import PAGE, Files, sound_project

NAV = "\nnav:\n  - Home: index.md\n  - T:\n      - Joining: tensors/joining.md\n"


def project(folder) -> Files:
    """Write a sound project with a nav and one chapter of one page."""
    made = sound_project(folder)
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        made.write(name, made.read(name) + NAV)
    made.page(PAGE, "tensors/joining.md")
    return made


@pytest.fixture
def chapter(tmp_path):
    return project(tmp_path)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A project in which a page was begun; tests that share it only read."""
    made = project(tmp_path_factory.mktemp("begun"))
    made.written = create_page(made.root, "tensors/index-select", {"zh": "按下标取", "en": None})
    return made


def test_a_page_is_two_files_a_program_its_output_and_two_lines_of_nav(begun):
    assert sorted(begun.written) == [
        "docs/en/tensors/index-select.md",
        "docs/zh/tensors/index-select.md",
        "mkdocs.en.yml",
        "mkdocs.yml",
        "snippets/tensors/index_select.out",
        "snippets/tensors/index_select.py",
    ]
    assert "      - 按下标取: tensors/index-select.md\n" in begun.read("mkdocs.yml")
    assert "      - Index select: tensors/index-select.md\n" in begun.read("mkdocs.en.yml")


def test_its_first_check_is_green(begun, capsys):
    assert find_project_problems(load_project(begun.root)) == []
    assert main(["--root", str(begun.root), "check", "tensors/index-select"]) == 0
    assert "1 of 1 snippets ran." in capsys.readouterr().err


def test_its_output_is_what_its_program_printed(begun):
    assert begun.read("snippets/tensors/index_select.out") == (
        "tensor([[0, 1, 2],\n        [3, 4, 5]])\ntorch.Size([2, 3])\ntorch.int64\n"
    )


def test_its_hints_are_comments_that_no_reader_sees(begun):
    page = begun.read("docs/en/tensors/index-select.md")
    hints = [line for line in page.splitlines() if line.startswith("<!-- ")]
    assert len(hints) == 3
    assert all(line.endswith(" -->") for line in hints)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("gather", "`gather` is no name for a page. Write `make new page=CHAPTER/NAME`"),
        ("tensors/Gather", "is no name for a page"),
        ("tensors/../x", "is no name for a page"),
        ("tensors/a/b", "is no name for a page"),
        ("", "is no name for a page"),
        ("quantum/gather", "there is no chapter `quantum` (there is: tensors). To begin one, add"),
        ("tensors/joining", "docs/zh/tensors/joining.md:1: is there already"),
    ],
)
def test_what_cannot_be_begun_is_refused_with_the_way_out(chapter, page: str, says: str):
    before = {file: file.read_bytes() for file in chapter.root.rglob("*") if file.is_file()}
    with pytest.raises(ProjectError) as refused:
        create_page(chapter.root, page)
    assert says in str(refused.value)
    assert {f: f.read_bytes() for f in chapter.root.rglob("*") if f.is_file()} == before


def test_a_title_that_the_nav_cannot_hold_is_refused(chapter):
    with pytest.raises(ProjectError, match=r"`a: b` is no title"):
        create_page(chapter.root, "tensors/gather", {"en": "a: b"})
    assert not (chapter.root / "docs/zh/tensors/gather.md").exists()


def test_a_chapter_begins_with_its_section_in_the_nav(chapter):
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        chapter.write(name, chapter.read(name) + "  - Q:\n      - First: quantum/first.md\n")
    assert "mkdocs.yml" not in create_page(chapter.root, "quantum/first")
    assert "[Home](../index.md)" in chapter.read("docs/en/quantum/first.md")
    assert chapter.read("mkdocs.yml").count("quantum/first.md") == 1
    assert find_project_problems(load_project(chapter.root)) == []


def test_nothing_is_written_if_the_program_does_not_run(chapter, monkeypatch):
    files = {"program.py.template": "# zh: 摘。\n# en: S.\nimport no_such\n"}
    for language in ("zh", "en"):
        files[f"page.{language}.md.template"] = "# T\n"
    for name, text in files.items():
        chapter.write(f"templates/{name}", text)
    monkeypatch.setattr("asrun.project.scaffold._TEMPLATES_FOLDER", chapter.root / "templates")
    with pytest.raises(RunError, match="no_such"):
        create_page(chapter.root, "tensors/gather")
    assert not (chapter.root / "docs/zh/tensors/gather.md").exists()
    assert "gather" not in chapter.read("mkdocs.yml")
