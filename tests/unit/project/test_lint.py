from __future__ import annotations

import pytest

from asrun.base.errors import LintError
from asrun.project.lint import LINT_TOOLS, find_lint_problems, fix_files, list_linted_files
from support.project import ROOT

MISSPELT = "recie" + "ve"  # in two, so that nobody mends it here
BAD = {
    "ruff": ("snippets/a/two.py", "import os\n", 1),
    "markdown": ("docs/en/two.md", "# T\n\ntext\n## A\n", 4),
    "spelling": ("docs/en/two.md", f"# T\n\nIt will {MISSPELT} it.\n", 3),
    "typography": ("docs/zh/two.md", "# 题\n\n用torch拼接。\n", 3),
}


def told(files, *names: str) -> list[str]:
    return [str(error) for error in find_lint_problems(files.root, tool_names=names)]


def test_a_sound_project_has_no_fault(files):
    assert told(files) == []


@pytest.mark.parametrize("tool", BAD)
def test_each_tool_finds_its_fault_at_its_place_and_names_the_command(files, tool: str):
    path, text, line = BAD[tool]
    files.write(path, text)
    (message,) = told(files, tool)
    assert message.startswith(f"{path}:{line}: ")
    assert "Run `make fix`." in message


@pytest.mark.parametrize("tool", BAD)
def test_what_the_tools_can_mend_they_mend(files, tool: str):
    path, text, _ = BAD[tool]
    files.write(path, text)
    fix_files(files.root)
    assert told(files) == []
    assert files.read(path) != text


def test_a_fault_that_no_tool_mends_names_the_rule(files):
    files.write("snippets/a/two.py", "print(x)\n")
    (message,) = told(files)
    assert message == (
        "snippets/a/two.py:1: Undefined name `x` (F821). "
        "Mend it; `.venv/bin/ruff rule F821` says why."
    )


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("snippets/a/two.py", "    # zh: 用torch拼接"),
        ("snippets/a/two.py", "# figure.zh: 用torch拼接"),
        ("docs/zh/labs/two.py", "# 用torch拼接"),
        ("docs/source.toml", 'title = { zh = "用torch拼接", en = "x" }'),
        ("docs/theme/main.html", '{{ "用torch拼接" if chinese else "x" }}'),
        ("mkdocs.yml", "  - 用torch拼接: a/b.md"),
        ("mkdocs.yml", "site_name: 用torch拼接"),
        ("src/asrun/x.py", 'WORDS = {"zh": "用torch拼接"}'),
        (".github/ISSUE_TEMPLATE/x.yml", "name: 用torch拼接"),
        ("README.zh.md", "用torch拼接"),
    ],
)
def test_chinese_is_read_wherever_readers_see_it(files, path: str, line: str):
    files.write(path, f"\n{line}\n")
    (error,) = find_lint_problems(files.root, [path], ["typography"])
    assert str(error) == f"{path}:2: `用torch拼接` is set as `用 torch 拼接`. Run `make fix`."


def test_code_and_english_are_not_set_as_chinese(files):
    files.write("snippets/a/two.py", '# en: x,y\nx = "用torch拼接"\n')
    files.write("docs/en/two.md", "# 用torch拼接\n")
    assert told(files, "typography") == []


def test_only_the_files_asked_for_are_read(files):
    files.write("docs/en/two.md", f"# T\n\nIt will {MISSPELT} it.\n")
    assert find_lint_problems(files.root, ["docs/en/index.md", "docs/en/gone.md"]) == []


def test_a_tool_that_is_not_there_is_told(files, monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(LintError, match=r"it is not installed\. Run `make check`"):
        find_lint_problems(files.root)


def test_every_text_of_the_project_is_read_by_some_tool():
    read = {
        path
        for path in list_linted_files(ROOT)
        for tool in LINT_TOOLS
        if tool.file_pattern.fullmatch(path)
    }
    assert {"README.md", "mkdocs.yml", "docs/glossary.toml", "src/asrun/cli/main.py"} <= read
    assert ".github/pull_request_template.md" in read
