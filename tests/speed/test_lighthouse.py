"""Lighthouse with its mobile settings: every kind of page scores 98 of 100 points or more."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

import pytest

from support.browser import (
    BROWSER_IS_REQUIRED,
    CHROMIUM,
    NODE_MODULES,
    PAGE_KINDS,
    find_node_module,
    needs_browser,
    serve_folder,
)
from support.site import LANGUAGE_FOLDERS

pytestmark = needs_browser

LOWEST_SCORE = 98
MAX_RUNS = 5  # of one page; Lighthouse itself advises the median of five


def run_lighthouse(urls: list[str]) -> dict[str, dict]:
    """Return Lighthouse's verdict on each address.

    That is the ``scores``, what ``costs`` points, and how many times ``slower`` the phone was than
    this machine.
    """
    node = shutil.which("node")
    if not node:
        reason = "NO BROWSER TEST RAN with Lighthouse: there is no Node here"
        (pytest.fail if BROWSER_IS_REQUIRED else pytest.skip)(reason)
    find_node_module("lighthouse/package.json")
    done = subprocess.run(
        [node, Path(__file__).with_name("lighthouse.mjs"), NODE_MODULES, *urls],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [verdict["address"] for verdict in verdicts] == urls
    return {verdict["address"]: verdict for verdict in verdicts}


@pytest.fixture(scope="module", params=LANGUAGE_FOLDERS)
def verdicts(request, address) -> dict[str, list[dict]]:
    """Return the verdicts on every kind of page of a language, by address.

    Speed is measured, and another program may disturb it: a slow page is judged again, and the
    median counts.
    """
    root = address + LANGUAGE_FOLDERS[request.param]
    verdicts: dict[str, list[dict]] = {root + kind: [] for kind in PAGE_KINDS}
    for _ in range(MAX_RUNS):
        slow = [url for url, runs in verdicts.items() if compute_speed(runs) < LOWEST_SCORE]
        if not slow:
            break
        for url, verdict in run_lighthouse(slow).items():
            assert verdict.get("error") is None, verdict
            verdicts[url].append(verdict)
    return verdicts


def compute_speed(runs: list[dict]) -> float:
    """Return the median speed; 0 if there is none."""
    speeds = [run["scores"]["performance"] for run in runs]
    return statistics.median(speeds) if speeds else 0


def test_every_kind_of_page_is_accessible_well_made_and_found_on_a_phone(verdicts):
    """These scores do not vary: each run decides."""
    bad = [
        f"{url} {name} {score}: {run['costs']}"
        for url, runs in verdicts.items()
        for run in runs
        for name, score in run["scores"].items()
        if name != "performance" and score < LOWEST_SCORE
    ]
    assert bad == []


def test_every_kind_of_page_is_fast_on_a_phone(verdicts, report_measurement):
    speeds = {url: compute_speed(runs) for url, runs in verdicts.items()}
    slowest = min(speeds, key=lambda url: speeds[url])
    times_slower = statistics.median(run["slower"] for runs in verdicts.values() for run in runs)
    repeated = sum(len(runs) - 1 for runs in verdicts.values())
    report_measurement(
        f"Lighthouse: speed {speeds[slowest]:g} or more on {len(verdicts)} kinds of page "
        f"({slowest}), a phone {times_slower:.1f} times slower than this machine"
        + (f"; {repeated} runs repeated" if repeated else "")
    )
    slow = [
        f"{url} {speed:g}: {verdicts[url][-1]['costs']}"
        for url, speed in speeds.items()
        if speed < LOWEST_SCORE
    ]
    assert slow == []


def test_a_page_that_is_bad_is_found_out(tmp_path):
    busy = "setTimeout(() => { const end = Date.now() + 500; while (Date.now() < end); }, 300)"
    (tmp_path / "index.html").write_text(
        f"<title>x</title><img src=gone.png><p>x<script>{busy}</script>"
    )
    with serve_folder(tmp_path) as url:
        scores = run_lighthouse([url])[url]["scores"]
    assert scores["performance"] < LOWEST_SCORE
    assert scores["accessibility"] < LOWEST_SCORE
    assert scores["seo"] < LOWEST_SCORE
    assert scores["best-practices"] < LOWEST_SCORE
