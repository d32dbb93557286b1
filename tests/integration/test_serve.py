"""The real server: pages and snippets are edited, and the new page is read over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from support.live_server import Server


@pytest.fixture
def server(files):
    started = Server(files.root)
    yield started
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGKILL)
        started.process.wait()


def group_members(leader: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":  # session
            found.append(stat.parent.name)
    return found


def test_a_saved_page_and_a_saved_snippet_show_in_both_languages(server, files):
    server.wait_for("print")
    server.wait_for("Summary.", "en/")

    for language in ("zh", "en"):
        text = files.read(f"docs/{language}/index.md")
        files.write(f"docs/{language}/index.md", text + f"\nEdited {language}.\n")
    server.wait_for("Edited zh.")
    server.wait_for("Edited en.", "en/")

    files.snippet("a/one.py", "print('ran', 6 * 7)\n")
    assert "ran 42" in server.wait_for("ran 42")
    assert "ran 42" in server.wait_for("ran 42", "en/")
    assert files.read("snippets/a/one.out") == "2\n", "what is watched is never written"

    files.snippet("a/one.py", "1 / 0\n")
    assert "ZeroDivisionError" in server.wait_for("snippets/a/one.py:3: raises")

    files.snippet("a/one.py", "print('well', 'again')\n")
    server.wait_for("well again")

    assert group_members(server.process.pid)
    assert server.stop() == 0
    assert group_members(server.process.pid) == []
    assert "Traceback" not in server.log.read_text()


def test_the_open_page_loads_again_and_a_new_page_comes_with_the_whole_site(server, files):
    page = server.wait_for("livereload(")
    epoch = page.rpartition("livereload(")[2].partition(",")[0]
    save = threading.Timer(0.5, files.page, ("# New\n\nWords.\n", "new.md"))
    save.start()  # while the browser waits for an answer
    assert int(server.read(f"livereload/{epoch}/1")) > int(epoch)
    server.wait_for("Words.", "new/")
    server.wait_for("Words.", "en/new/")
    server.wait_for("Words.", "en/search/search_index.json")


def test_after_a_new_page_was_shown_the_old_one_never_is(server, files):
    """The whole site is built after the page: what it shows of the page must not be older."""
    server.wait_for("Summary.", "en/")
    text = files.read("docs/en/index.md")
    for number in range(6):
        files.write("docs/en/index.md", f"{text}\nEdit {number}.\n")
        server.wait_for(f"Edit {number}.", "en/", pause=0.02)
        until = time.monotonic() + 0.3 * number  # saves meet the build at different moments
        while time.monotonic() < until:
            assert f"Edit {number}." in server.read("en/")
            time.sleep(0.02)
    server.wait_for("Edit 5.", "en/search/search_index.json")
    assert "Edit 5." in server.read("en/")


def test_while_one_file_is_broken_the_others_are_shown(server, files):
    server.wait_for("Summary.", "en/")
    files.page("# Two\n\nWords.\n", "two.md")
    server.wait_for("Words.", "en/two/")
    files.write("docs/en/index.md", files.read("docs/en/index.md").replace("one.py", "gone.py"))
    files.page("# Two\n\nNewer words.\n", "two.md")
    server.wait_for("Newer words.", "en/two/")
    assert "Summary." in server.read("en/")
    files.write("docs/en/index.md", files.read("docs/en/index.md").replace("gone.py", "one.py"))
    files.write("docs/en/two.md", "# Two\n\nNewest.\n")
    server.wait_for("Newest.", "en/search/search_index.json")
    assert "Traceback" not in server.log.read_text()


def test_nothing_keeps_a_page_from_reloading_itself(server):
    """MkDocs' server adds its script to what was built, so no hash of a policy can allow it."""
    for path in ("", "en/"):
        page = server.wait_for("livereload(", path)
        assert "Content-Security-Policy" not in page


def test_preview_shows_records_and_runs_nothing(files):
    files.snippet("a/one.py", "import no_such_module\n", "as recorded\n")
    server = Server(files.root, "--no-run")
    try:
        server.wait_for("as recorded")
    finally:
        server.stop()


def test_a_port_that_is_taken_is_told_in_one_line(files):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "asrun.cli", "--root", files.root, "serve", "--no-run"]
        done = subprocess.run(
            [*command, f"--port={port}"], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
