"""The compatibility lists: failures first, each with its reason."""

from __future__ import annotations

from dataclasses import replace

from asrun.lists.compatibility import (
    label_environments,
    render_compatibility_table,
    render_differences,
    render_environments,
)
from asrun.lists.locations import SnippetLocations
from asrun.pages.page import Page
from asrun.snippets.snippet import parse_snippet
from asrun.verification.record import Environment, Verdict

NEW = Environment("2.14.1", "0.29.1", "3.11", "CPU", "Linux x86_64")
OLD = Environment("2.9.1", None, "3.11", "CPU", "Linux x86_64")
AT = "2026-11-25T10:00Z"


def snippet(name: str, header: str = ""):
    source = f"{header}# zh: 摘要。\n# en: Summary.\nimport torch\n"
    return parse_snippet(f"a/{name}.py", f"snippets/a/{name}.py", source)


SNIPPETS = [snippet("good"), snippet("poor"), snippet("bad"), snippet("gpu", "# needs: cuda\n")]
VERDICTS = {
    "a/good.py": {OLD: Verdict("equal", AT), NEW: Verdict("equal", AT)},
    "a/poor.py": {OLD: Verdict("lacks", AT, "torchvision"), NEW: Verdict("equal", AT)},
    "a/bad.py": {OLD: Verdict("failed", AT, "raises `x_y`"), NEW: Verdict("equal", AT)},
    "a/gpu.py": {},
}


LOCATIONS = SnippetLocations({one.name: "a/x.md#one" for one in SNIPPETS}, {})


def page(language: str = "en") -> Page:
    return Page(f"docs/{language}/reference/c.md", "reference/c.md", language, "# T\n")


def lines(render, language: str = "en") -> list[str]:
    return [line for line, _ in render(page(language), SNIPPETS, LOCATIONS, VERDICTS)]


def test_every_environment_has_its_totals():
    rows = [row for row, _ in render_environments(page(), VERDICTS)]
    assert rows[2:] == [
        "| torch 2.9.1, Python 3.11<br>CPU, Linux x86_64<br>last run 2026-11-25 | 1 | 0 | 1 | 1 |",
        "| torch 2.14.1, torchvision 0.29.1, Python 3.11<br>CPU, Linux x86_64"
        "<br>last run 2026-11-25 | 3 | 0 | 0 | 0 |",
    ]


def test_what_is_not_the_same_has_its_reason():
    assert lines(render_differences) == [
        "- [`bad`](../a/x.md#one) · 2.9.1 · failed: raises \\`x\\_y\\`",
        "- [`gpu`](../a/x.md#one) · not yet proven on a GPU",
    ]
    assert lines(render_differences, "zh")[1].endswith("还没有在显卡上验证过")


def test_programs_stand_with_the_worst_first():
    rows = [row for row in lines(render_compatibility_table) if row.startswith("| ")]
    assert rows == [
        "| Program | 2.9.1 | 2.14.1 |",
        "| [`bad`](../a/x.md#one) | failed | same |",
        "| [`gpu`](../a/x.md#one) | – | – |",
        "| [`poor`](../a/x.md#one) | no torchvision | same |",
        "| [`good`](../a/x.md#one) | same | same |",
    ]


def test_a_name_says_as_much_as_it_takes_to_tell_environments_apart():
    gpu, newer = replace(OLD, device="NVIDIA H100"), replace(NEW, python="3.13")
    assert label_environments([OLD, NEW]) == ["2.9.1", "2.14.1"]
    assert label_environments([OLD, gpu]) == ["2.9.1", "2.9.1<br>NVIDIA H100"]
    assert label_environments([NEW, newer]) == ["2.14.1<br>Python 3.11", "2.14.1<br>Python 3.13"]
    assert (
        label_environments([NEW, replace(NEW, platform="Darwin arm64")])[1]
        == "2.14.1<br>Darwin arm64"
    )
    assert label_environments([NEW, replace(NEW, torchvision=None)]) == [
        "2.14.1<br>torchvision 0.29.1",
        "2.14.1<br>torchvision –",
    ]


def test_no_difference_is_said_as_such():
    good = {"a/good.py": VERDICTS["a/good.py"]}
    rows = render_differences(page(), SNIPPETS[:1], LOCATIONS, good)
    assert [row for row, _ in rows] == ["None."]
