"""The scripts of continuous integration, run with stand-ins for the programs that they call."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.project import ROOT


def write_program(folder: Path, name: str, script: str) -> None:
    """Write a program that does what a real one would be asked to do."""
    file = folder / name
    file.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


# --- the weekly issue ---------------------------------------------------------------------------

GH = """
echo "$*" >> "$LOG"
[ "$1 $2" = "issue list" ] && echo "$OPEN"
while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cp "$2" "$BODY"; shift; done
exit 0
"""


@pytest.fixture
def update_issue(tmp_path):
    """Return a function that runs .ci/issue: it returns what `gh` was asked, and the issue's text.

    Reports are given by the job's name, None for a job that left none.
    """
    write_program(tmp_path, "gh", GH)

    def run(reports: dict[str, str | None], *, number: str = "", passed: bool = False):
        for name, text in reports.items():
            if text is not None:
                (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
        log, body = tmp_path / "log", tmp_path / "body"
        subprocess.run(
            [ROOT / ".ci/issue", *(tmp_path / f"{name}.md" for name in reports)],
            check=True,
            env={
                "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
                "TMPDIR": str(tmp_path),
                "LOG": str(log),
                "BODY": str(body),
                "OPEN": number,
                "PASSED": str(passed).lower(),
                "RUN_URL": "https://example.org/run/7",
            },
        )
        requests = log.read_text(encoding="utf-8").splitlines()
        text = body.read_text(encoding="utf-8") if body.exists() else ""
        return [" ".join(line.split()[:3]) for line in requests[2:]], text

    return run


def test_failures_open_an_issue_with_the_report_of_each_job(update_issue):
    requests, text = update_issue(
        {"newest": "", "nightly": "## nightly torch: 1 failed\n\nwords\n"}
    )
    assert requests == ["issue create --title"]
    assert text.startswith("## nightly torch: 1 failed\n\nwords\n")
    assert text.endswith("The run: https://example.org/run/7\n")


def test_an_open_issue_is_brought_up_to_date(update_issue):
    requests, text = update_issue({"newest": "## newest torch: 1 failed\n"}, number="12")
    assert requests == ["issue edit 12"]
    assert "newest torch" in text


def test_a_job_that_left_no_report_is_named(update_issue):
    requests, text = update_issue({"newest": "", "nightly": None})
    assert requests == ["issue create --title"]
    assert text.startswith("## nightly\n\nThe job ended before it could report what failed")


def test_a_failure_that_is_in_no_report_is_told(update_issue):
    assert "A job failed although none of its tests did" in update_issue({"newest": ""})[1]


def test_when_all_jobs_pass_the_issue_is_closed_and_none_opened(update_issue):
    assert update_issue({"newest": ""}, passed=True) == ([], "")
    assert update_issue({"newest": ""}, passed=True, number="12")[0][-1] == "issue close 12"


def test_an_issue_is_never_longer_than_github_takes(update_issue):
    text = update_issue({"newest": "字" * 30_000})[1]
    assert len(text.encode()) < 65_536
    assert "The run: " in text


# --- the audit ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "status", "finding"), [("exit 0", 0, ""), ("echo CVE-1; exit 1", 1, "CVE-1")]
)
def test_the_audit_keeps_what_is_wrong_and_only_that(tmp_path, script, status, finding):
    write_program(tmp_path, "pip-audit", script)
    write_program(tmp_path, "zizmor", "echo fine")
    done = subprocess.run(
        [ROOT / ".ci/audit", tmp_path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    report = (tmp_path / "build/report-audit.md").read_text(encoding="utf-8")
    assert (done.returncode, finding in report, "fine" in report) == (status, True, False)
    assert (report == "") == (status == 0)
    assert "## zizmor" in done.stdout


def test_the_audit_is_not_green_when_nothing_can_be_looked_up():
    """pip-audit's own default is to pass over what it does not find."""
    assert '/pip-audit" --strict ' in (ROOT / ".ci/audit").read_text(encoding="utf-8")


# --- what runs on a fresh clone -----------------------------------------------------------------

MAKE = """
echo "$1 browser=${ASRUN_BROWSER:-0}" >> "$LOG"
[ "$1" = test ] && printf '%s\\n' "= 9 passed, 1 skipped in 7.50s =" "make test took 9 s."
[ "$1" != "$FAILS" ]
"""


@pytest.fixture
def run_ci(tmp_path):
    """Return a function that runs .ci/run where everything is installed but what is ``missing``."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "env", "dirname", "mkdir", "tee", "grep", "tail"):
        (programs / name).symlink_to(shutil.which(name))
    write_program(programs, "make", MAKE)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci")

    def run(*missing: str, fails: str = "") -> tuple[int, list[str], list[str]]:
        for name in {"chromium", "npm"} - set(missing):
            write_program(programs, name, "")
        write_program(programs, "apt-get", 'echo "apt-get $*" >> "$LOG"; [ "$FAILS" != apt-get ]')
        log = tmp_path / "log"
        done = subprocess.run(
            [tmp_path / ".ci/run"],
            env={"PATH": str(programs), "LOG": str(log), "FAILS": fails},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, log.read_text().splitlines(), done.stdout.splitlines()

    return run


CLOSING_LINE = "= 9 passed, 1 skipped in 7.50s ="


def test_on_a_fresh_clone_test_and_slow_run_and_pytests_last_line_is_said_last(run_ci):
    status, calls, output = run_ci()
    assert status == 0
    assert calls == ["browser browser=0", "test browser=1", "slow browser=1"]
    assert output[-1] == CLOSING_LINE


@pytest.mark.parametrize("fails", ["test", "slow"])
def test_a_check_that_fails_hides_no_other_and_is_not_forgotten(run_ci, fails):
    status, calls, output = run_ci(fails=fails)
    assert status == 1
    assert calls[-1] == "slow browser=1"
    assert output[-1] == CLOSING_LINE


def test_what_the_browser_tests_need_is_installed(run_ci):
    _, calls, output = run_ci("chromium", "npm", fails="apt-get")
    assert calls[0] == "apt-get update -qq"
    assert "NO BROWSER: chromium fonts-noto-cjk nodejs npm could not be installed" in output
    assert calls[1:] == ["test browser=0", "slow browser=0"]


def test_without_its_modules_from_npm_the_other_browser_tests_run(run_ci):
    assert run_ci(fails="browser")[1][1:] == ["test browser=0", "slow browser=0"]
