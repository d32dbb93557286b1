"""The Makefile and the README: the commands that people type."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def composed(*arguments: str) -> str:
    """Return what make would run for a fresh clone."""
    done = subprocess.run(
        ["make", "-n", *arguments, "VENV=/nonexistent/venv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def pins() -> str:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return " ".join(re.findall(r"^(?:torch|torchvision)==.*$", lock, re.MULTILINE))


def test_cpu_builds_come_from_pytorchs_own_index():
    assert pins().startswith("torch==2.14.1 torchvision==0.29.1")
    command = next(line for line in composed("serve", "TORCH=cpu").splitlines() if "torch=" in line)
    assert command.endswith(f"--index-url https://download.pytorch.org/whl/cpu {pins()}")
    assert " -m pip install " in command


def test_the_regular_build_comes_from_the_default_index():
    assert "index-url" not in composed("serve")


def test_torch_is_installed_before_what_depends_on_it():
    text = composed("test", "TORCH=cpu")
    assert text.index("--index-url") < text.index("--editable '.[run,test]'")


def test_preview_needs_no_torch():
    text = composed("preview")
    assert "--editable ." in text
    assert "[run" not in text
    assert "serve --no-run" in text


@pytest.mark.parametrize(
    "target", ["serve", "site", "test", "update", "preview", "bench", "stale", "synced"]
)
def test_each_command_installs_what_is_missing(target: str):
    text = composed(target)
    assert "-m venv /nonexistent/venv" in text
    assert "pip install" in text


def test_synced_declares_a_page_a_section_or_a_typo():
    assert composed("synced", "page=a/b#c").endswith("/bin/asrun synced 'a/b#c'\n")
    assert composed("synced", "page=a/b", "typo=en").endswith("/bin/asrun typo 'docs/en/a/b'\n")


def test_the_lock_names_no_host_and_pins_everything():
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_the_lock_satisfies_the_project():
    from importlib import metadata

    from packaging.requirements import Requirement

    lock = dict(
        line.split("==")
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    names = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in lock.items()}
    for text in metadata.requires("asrun") or ():
        requirement = Requirement(text)
        version = names[re.sub(r"[-_.]+", "-", requirement.name).lower()]
        assert requirement.specifier.contains(version), text


# --- the README ---------------------------------------------------------------------------------


def readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    return re.findall(r"^```(?:bash|python)\n.*?^```$", text, re.MULTILINE | re.DOTALL)


def test_both_readmes_have_the_same_commands_and_programs():
    strip = re.compile(r" *#.*$", re.MULTILINE)
    zh, en = (
        [strip.sub("", block) for block in blocks(readme(name))]
        for name in ("README.zh.md", "README.md")
    )
    assert zh == en
    assert len(en) >= 3


def test_every_command_of_the_readme_is_a_target():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = set(re.findall(r"^make ([a-z]+)", readme("README.md"), re.MULTILINE))
    assert {"serve", "test"} <= used <= targets


def test_links_of_the_readmes_lead_somewhere():
    for name in ("README.md", "README.zh.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", readme(name)):
            assert re.match(r"https?:", target) or (ROOT / target).exists(), f"{name}: {target}"


def test_continuous_integration_runs_the_readmes_test_command():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"^[^#\n].*$", script, re.MULTILINE)[-1] == "make test"
