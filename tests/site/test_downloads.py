"""What readers take away from the published site is what the pages show."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import tomllib
from importlib import metadata

import nbformat
import pytest

from asrun.execution.result import Run
from support.project import ROOT
from support.site import (
    LANGUAGE_FOLDERS,
    get_page_url,
    get_twin_path,
    list_published_pages,
    list_snippets_of_page,
    read_page_html,
)

# How PEP 723 says to find a block.
PEP_723 = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


@pytest.fixture(scope="module")
def providers() -> dict[str, list[str]]:
    return metadata.packages_distributions()


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_every_script_declares_all_that_it_imports(site, project, providers, language):
    for snippet in project.snippets.values():
        text = (site / LANGUAGE_FOLDERS[language] / snippet.path).read_text(encoding="utf-8")
        found = PEP_723.search(text)
        assert found is not None, snippet.path
        block = "".join(
            line.removeprefix("#").removeprefix(" ")
            for line in found["content"].splitlines(keepends=True)
        )
        declared = {name.partition("==")[0] for name in tomllib.loads(block)["dependencies"]}
        for node in ast.walk(ast.parse(text)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                module = name.partition(".")[0]
                if module not in sys.stdlib_module_names:
                    assert declared & set(providers[module]), f"{snippet.path}: {module}"
        assert text.endswith(snippet.localize(language).text)


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_every_page_is_a_notebook_with_the_outputs_of_its_programs(site, checked, language):
    for page in checked.project.get_pages(language):
        folder = site / get_page_url(page)
        stem = page.uri.rpartition("/")[2].removesuffix(".md")
        book = nbformat.read(folder / f"{stem}.ipynb", as_version=4)
        nbformat.validate(book)
        programs = [cell for cell in book.cells if cell.cell_type == "code"]
        names = list_snippets_of_page(checked.project, page)
        assert len({cell.metadata.name for cell in programs}) == len(names)
        by_stem = {name.rpartition("/")[2].removesuffix(".py"): name for name in names}
        for cell in programs:
            result = checked.results[by_stem[cell.metadata.name]]
            if isinstance(result, Run):
                output = "".join(
                    each.get("text") or "".join(f"{line}\n" for line in each.get("traceback", []))
                    for each in cell.outputs
                )
                assert output == result.output, f"{page.path}: {cell.metadata.name}"


def test_the_list_of_snippets_is_whole_and_true(site, checked):
    entries = json.loads((site / "snippets.json").read_text(encoding="utf-8"))
    assert {entry["path"] for entry in entries} == {
        snippet.path for snippet in checked.project.snippets.values()
    }
    for entry in entries:
        data = (ROOT / entry["path"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert set(entry["title"]) == set(entry["pages"]) == {"zh", "en"}
        for language, uri in entry["pages"].items():
            path = uri.partition("#")[0]
            assert (site / LANGUAGE_FOLDERS[language] / path / "index.html").is_file(), uri
        assert entry["verified"] or entry["needs"], entry["path"]
    functions = {name for entry in entries for name in entry["functions"]}
    assert {"torch.cat", "torch.nn.Linear", "torchvision.datasets.MNIST"} <= functions


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_llms_txt_names_every_page_and_llms_full_txt_holds_them(site, project, language):
    folder = site / LANGUAGE_FOLDERS[language]
    links = re.findall(r"\]\(([^)]+)\)", (folder / "llms.txt").read_text(encoding="utf-8"))
    twins = {get_twin_path(page) for page in list_published_pages(project, language)}
    assert {f"{LANGUAGE_FOLDERS[language]}{link}" for link in links} == twins
    assert len(links) == len(twins)
    whole = (folder / "llms-full.txt").read_text(encoding="utf-8")
    assert whole.count("```python\n") == sum(
        text.count("```python\n")
        for text in ((folder / link).read_text(encoding="utf-8") for link in links)
    )
    assert "<svg" not in whole
    assert "<!--" not in whole


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_every_page_leads_to_its_other_forms(site, project, language):
    for page in project.get_pages(language):
        folder = site / get_page_url(page)
        stem = page.uri.rpartition("/")[2].removesuffix(".md")
        links = read_page_html(site, page).xpath("//p[@class='take-away']/a/@href")
        names = [link.rpartition("/")[2] for link in links]
        assert names == ["index.md", f"{stem}.ipynb", "pytorch-that-runs.zip", "version.json"]
        assert all((folder / link).is_file() for link in links)
