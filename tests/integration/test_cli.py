"""The command `asrun`, as people type it, on a small project."""

from __future__ import annotations

import click
import pytest

from asrun.base.errors import Location
from asrun.cli.author import LINT_TOOL_NAMES
from asrun.cli.console import run_command_line, show_progress
from asrun.cli.main import asrun as asrun_group
from asrun.cli.main import main
from asrun.project.lint import LINT_TOOLS
from asrun_quality.junit import read_failures
from support.cli import find_example_faults

MISSPELT = "Recie" + "ve"  # in two, so that nobody mends it here


def asrun(files, *arguments: str) -> int:
    return main(["--root", str(files.root), *arguments])


def test_the_help_groups_the_commands_by_who_needs_them(capsys):
    assert main(["--help"]) == 0
    sections = capsys.readouterr().out.split("\n\n")
    commands = {
        section.partition(":\n")[0]: [line.split()[0] for line in section.splitlines()[1:]]
        for section in sections
    }
    assert {"new", "check", "site"} <= set(commands["Authors"])
    assert {"stale", "synced"} <= set(commands["Translators"])
    assert {"verify", "census"} <= set(commands["Maintainers"])


def test_each_command_has_an_example_that_it_takes():
    assert find_example_faults(asrun_group, "asrun") == []


def test_lint_can_be_limited_to_each_of_its_tools():
    assert list(LINT_TOOL_NAMES) == [tool.name for tool in LINT_TOOLS]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Usage: asrun [OPTIONS] COMMAND"),
        (("no-such-command",), "No such command 'no-such-command'"),
        (("check", "--no-such-option"), "No such option '--no-such-option'"),
        (("lint", "--tool", "x"), "'x' is not one of 'ruff', 'markdown'"),
        (("verify", "--merge"), "Name files after --merge, and only there."),
        (("verify", "--jobs", "a.jsonl"), "Name files after --merge, and only there."),
        (("verify", "--jobs", "--python", "p"), "Each of these options is a command of its own"),
    ],
)
def test_arguments_that_a_command_does_not_take_are_refused_with_2(capsys, arguments, message: str):
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_ctrl_c_ends_a_command_with_130():
    @click.group()
    def group():
        pass

    @group.command()
    def wait():
        raise KeyboardInterrupt

    assert run_command_line(group, "x", ["wait"]) == 130


def test_update_writes_shows_the_diff_and_refuses_what_failed(files, capsys):
    files.snippet("a/one.py", "print(3)\n")
    files.snippet("a/two.py", "1 / 0\n", "as it was\n")
    assert asrun(files, "update") == 1
    output = capsys.readouterr()
    assert "-2\n+3\n" in output.out
    assert "snippets/a/two.py:3: raises" in output.err
    assert files.read("snippets/a/one.out") == "3\n"
    assert files.read("snippets/a/two.out") == "as it was\n"


def test_check_is_green_on_a_sound_project(files, capsys):
    assert asrun(files, "check") == 0
    assert "1 of 1 snippets ran." in capsys.readouterr().err


def two_pages(files) -> None:
    files.page('# T\n\n```python\n--8<-- "b/two.py"\n```\n', "b/two.md")
    files.snippet("b/two.py", "print(2)\n", "3\n")


@pytest.mark.parametrize("target", ["b/two", "b/two.md", "docs/zh/b/two.md", "snippets/b/two.out"])
def test_check_of_a_page_runs_its_programs_and_reports_its_problems_alone(files, capsys, target):
    two_pages(files)
    files.write("snippets/a/one.out", "also wrong\n")
    assert asrun(files, "check", target) == 1
    output = capsys.readouterr().err
    assert "snippets/b/two.out:1: the record says `3`" in output
    assert "1 of 1 snippets ran.\n" in output
    assert "a/one" not in output


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("docs/zh/b/two.md", "# 用torch拼\n", "docs/zh/b/two.md:1: `用torch拼` is set as"),
        ("docs/en/b/two.md", f"# {MISSPELT}\n", f"docs/en/b/two.md:1: `{MISSPELT}` is misspelt"),
        ("docs/en/b/two.md", "# T\n\n## A { #a }\n", "docs/en/b/two.md:3: heading `## #a` here"),
        ("docs/en/b/two.md", "# T\n\n[x](y.md)\n", "docs/en/b/two.md:3: its link y.md leads"),
        ("snippets/b/two.py", "# zh: 。\n# en: x.\nprint( 2)\n", "two.py:3: File would be ref"),
        ("snippets/b/two.py", "# zh: 。\nprint(2)\n", "snippets/b/two.py:1: a comment in `zh`"),
    ],
)
def test_check_of_a_page_reports_all_that_is_wrong_as_written(files, capsys, path, text, says):
    two_pages(files)
    files.write(path, text)
    assert asrun(files, "check", "b/two") == 1
    assert says in capsys.readouterr().err


def test_check_of_what_is_not_there_says_so(files, capsys):
    assert asrun(files, "check", "b/two") == 1
    assert "b/two:1: no page and no file of the project. Name a page" in capsys.readouterr().err


def test_update_of_a_page_writes_its_records_alone(files):
    two_pages(files)
    files.write("snippets/a/one.out", "as it was\n")
    assert asrun(files, "update", "b/two") == 0
    assert files.read("snippets/b/two.out") == "2\n"
    assert files.read("snippets/a/one.out") == "as it was\n"


def test_new_begins_a_page_and_names_its_files(files, capsys):
    assert asrun(files, "new", "a/two") == 1
    assert "mkdocs.yml:1: there is no chapter `a`" in capsys.readouterr().err
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        files.write(
            name, files.read(name) + "nav:\n  - Home: index.md\n  - A:\n      - X: a/x.md\n"
        )
    assert asrun(files, "new", "a/two", "--en", "Two") == 0
    assert "docs/en/a/two.md\n" in capsys.readouterr().out


def test_lint_can_be_of_one_tool_and_some_files_and_can_mend(files, capsys):
    files.write("docs/en/b.md", f"# {MISSPELT}\n")
    files.write("docs/zh/b.md", "# 用torch拼\n")
    assert asrun(files, "lint", "--tool", "spelling", "docs/zh/b.md") == 0
    assert asrun(files, "lint") == 1
    assert "2 problems." in capsys.readouterr().err
    assert asrun(files, "lint", "--fix") == 0
    assert files.read("docs/en/b.md") == "# Receive\n"


def test_check_can_run_everything_as_plain_files(files, capsys):
    assert asrun(files, "check", "--plain") == 0
    files.write("snippets/a/one.out", "3\n")
    assert asrun(files, "check", "--plain") == 1
    assert "snippets/a/one.out:1: the record says `3`" in capsys.readouterr().err


def test_a_plain_check_writes_what_failed(files):
    files.snippet("a/one.py", "1 / 0\n", "")
    file = files.root / "build/junit-plain.xml"
    assert asrun(files, "check", "--plain", "--junit", str(file)) == 1
    assert read_failures([file])[0].location == Location("snippets/a/one.py", 3)


def test_plain_runs_catch_what_a_fork_hides(files, capsys):
    """`matplotlib.pyplot` is there in the fork because the server loaded it."""
    files.page('# T\n\n```python\n--8<-- "a/one.py"\n```\n\n```python\n--8<-- "a/two.py"\n```\n')
    code = "import matplotlib\nprint(hasattr(matplotlib, 'pyplot'))\n"
    files.snippet("a/one.py", code, "True\n")
    files.snippet("a/two.py", "import matplotlib.pyplot\nprint(1)\n", "1\n")
    assert asrun(files, "check", "--runs-only") == 0
    assert asrun(files, "check", "--plain") == 1
    assert "snippets/a/one.out:1: the record says `True`" in capsys.readouterr().err


def test_the_oldest_cpus_code_is_used_where_asked_for(files, capsys):
    files.snippet("a/one.py", "import os\nprint(os.environ.get('ATEN_CPU_CAPABILITY'))\n", "None\n")
    assert asrun(files, "check", "--runs-only") == 0
    assert asrun(files, "check", "--old-cpu") == 1
    assert "the program prints `default`" in capsys.readouterr().err


def test_a_figure_that_another_cpu_draws_otherwise_is_caught(files, capsys):
    code = (
        "import os\n\nimport matplotlib.pyplot as plt\n\n"
        "plt.plot([0, 2 if 'ATEN_CPU_CAPABILITY' in os.environ else 1, 3])\nplt.show()\n"
    )
    files.snippet("a/one.py", code, "", "# figure.zh: 线\n# figure.en: A line.\n")
    assert asrun(files, "update") == 0
    assert asrun(files, "check", "--runs-only") == 0
    assert asrun(files, "check", "--old-cpu") == 1
    assert "snippets/a/one.py:1: its figure is not the one recorded" in capsys.readouterr().err


def test_a_figure_that_changes_while_the_output_stays_is_caught(files, capsys):
    code = "import matplotlib.pyplot as plt\n\nplt.plot([0, {}, 3])\nplt.show()\n"
    header = "# figure.zh: 线\n# figure.en: A line.\n"
    files.snippet("a/one.py", code.format(1), "", header)
    assert asrun(files, "update") == 0
    files.snippet("a/one.py", code.format(2), "", header)
    assert asrun(files, "check") == 1
    assert "snippets/a/one.py:1: its figure is not the one recorded" in capsys.readouterr().err


def test_an_unknown_line_of_a_twin_is_an_error_not_a_crash(files, capsys):
    assert asrun(files, "where", "site/no/index.md:1") == 1
    assert "no page has such a line" in capsys.readouterr().err


def test_progress_is_one_line_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    show_progress(0, 7, "starting")
    show_progress(3, 7, "a/one.py")
    assert capsys.readouterr().err == "\r\033[K[0/7] starting\r\033[K[3/7] a/one.py"


def test_progress_elsewhere_is_a_line_now_and_then(monkeypatch, capsys):
    clock = iter((0.0, 1.0, 12.0, 12.0))
    monkeypatch.setattr("asrun.cli.console.time.monotonic", lambda: next(clock))
    show_progress(0, 7, "starting")
    show_progress(1, 7, "a/one.py")
    show_progress(2, 7, "a/two.py")
    assert capsys.readouterr().err == "[0/7] starting\n[2/7] a/two.py\n"


def test_a_check_with_nothing_cached_says_that_it_starts(files, capsys):
    assert asrun(files, "check", "--runs-only") == 0
    assert capsys.readouterr().err.startswith("[0/1] starting: ")
    assert asrun(files, "check", "--runs-only") == 0
    assert "starting" not in capsys.readouterr().err
