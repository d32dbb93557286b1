"""The labs: the same code in both languages, run as a script too, light, and of this site alone."""

from __future__ import annotations

import gzip
import json
import re

import lxml.html
import pytest

from support.labs import LABS, run_lab_script
from support.project import ROOT

PAGES = [(lab.stem, folder) for lab in LABS for folder in ("labs", "en/labs")]


def code_of(text: str) -> list[str]:
    """Return the code cells, read without the engine."""
    cells = re.split(r"^# %%", text, flags=re.MULTILINE)[1:]
    return [cell.strip() for cell in cells if not cell.startswith(" [markdown]")]


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.stem)
def test_the_code_is_the_same_in_both_languages(lab):
    chinese = ROOT / "docs" / "zh" / "labs" / lab.name
    cells = code_of(lab.read_text(encoding="utf-8"))
    assert cells == code_of(chinese.read_text(encoding="utf-8"))
    assert len(cells) > 5


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.stem)
def test_the_published_script_runs_in_an_empty_folder(site, lab, tmp_path, checked):
    done = run_lab_script(site / "labs" / lab.stem / lab.name, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    run = checked.labs[f"docs/en/labs/{lab.name}"]
    assert done.stdout == "".join(cell.output for cell in run)


def test_the_digits_are_told_apart_well_enough(checked):
    """The lab asserts it and prints that it did; the figure itself varies with the machine."""
    lab = next(lab for lab in checked.project.labs if lab.path == "docs/en/labs/digits.py")
    runs = checked.labs[lab.path]
    (last,) = [
        run for cell, run in zip(lab.code_cells, runs, strict=True) if ">= 0.95" in cell.source
    ]
    assert last.output.startswith("True\n")


@pytest.mark.parametrize(("name", "folder"), PAGES)
def test_a_page_is_light_and_asks_no_other_host(site, name, folder):
    html = (site / folder / name / "index.html").read_bytes()
    assert len(gzip.compress(html)) <= 150_000
    tree = lxml.html.fromstring(html)
    asked = [
        *tree.xpath("//script/@src | //img/@src | //link[@rel='stylesheet']/@href"),
        *tree.xpath("//iframe/@src | //*[local-name()='image']/@href | //source/@src"),
    ]
    assert asked
    assert [url for url in asked if re.match(r"(https?:)?//", url)] == []
    assert b"url(http" not in html
    assert b"@import" not in html


@pytest.mark.parametrize(("name", "folder"), PAGES)
def test_the_notebook_to_take_away_holds_every_output_and_figure(site, name, folder, checked):
    book = json.loads((site / folder / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    language = "en" if folder.startswith("en") else "zh"
    run = checked.labs[f"docs/{language}/labs/{name}.py"]
    texts = [
        "".join("".join(o["text"]) for o in cell["outputs"] if o["output_type"] == "stream")
        for cell in cells
    ]
    drawn = [sum(o["output_type"] == "display_data" for o in cell["outputs"]) for cell in cells]
    assert texts == [cell.output for cell in run]
    assert drawn == [len(cell.plots) for cell in run]
    assert sum(drawn) >= 3
