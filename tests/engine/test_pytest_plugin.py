from __future__ import annotations

import subprocess
import sys


def run_pytest(files, *options: str) -> subprocess.CompletedProcess[str]:
    files.write("pytest.ini", "[pytest]\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "snippets"],
        cwd=files.root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_snippet_is_an_item_and_failures_are_one_line(files):
    files.snippet("a/two.py", "print(2)\n", "3\n")
    files.snippet("a/three.py", "1 / 0\n", "")
    files.snippet("a/four.py", "print(4)\n", "4\n", header="# flies: away\n")
    files.snippet("a/five.py", "print(5)\n", header="# needs: network\n")
    done = run_pytest(files)
    assert "3 failed, 1 passed, 1 skipped" in done.stdout
    lines = done.stdout.splitlines()
    for message in (
        "snippets/a/two.out:1: the record says `3`, the program prints `2`. ",
        "snippets/a/three.py:3: raises `ZeroDivisionError: division by zero`. ",
        "snippets/a/four.py:1: unknown directive `# flies:`. ",
    ):
        assert any(line.startswith(message) for line in lines), done.stdout


def test_one_snippet_can_be_chosen_by_its_file(files):
    files.snippet("a/two.py", "1 / 0\n", "")
    done = run_pytest(files, "--deselect", "snippets/a/two.py")
    assert "1 passed, 1 deselected" in done.stdout


def test_where_a_gpu_is_promised_a_snippet_that_needs_one_is_not_skipped(files, monkeypatch):
    """Without a GPU here; on the runner that has one, the snippet runs."""
    files.snippet("a/two.py", "import no_such_module\n", "2\n", header="# needs: cuda\n")
    assert "1 passed, 1 skipped" in run_pytest(files).stdout
    monkeypatch.setenv("ASRUN_CUDA", "1")
    done = run_pytest(files)
    assert "1 failed, 1 passed" in done.stdout
    assert "a GPU is promised (ASRUN_CUDA=1), and torch finds none" in done.stdout
