"""What is published, looked at from outside: with tools that are not ours."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from asrun.execution.result import Run, Skipped
from asrun.pages.urls import make_markdown_site_path
from asrun.publish.census import count_blocks, parse_twin_blocks


@pytest.fixture(scope="module")
def twins(site: Path, tmp_path_factory) -> Path:
    """Copy the twins out of the project, as a reader would take them."""
    folder = tmp_path_factory.mktemp("outside") / "docs"
    for file in site.rglob("*.md"):
        copy = folder / file.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return folder


def test_no_page_and_no_snippet_has_a_problem(checked):
    assert [str(problem) for problem in checked.problems] == []


def test_the_census_finds_every_block_run(checked, site):
    counted = count_blocks(checked.project, site, checked.results, checked.labs)
    assert counted.problems == ()
    assert counted.ran_count == sum(counted.shown_by_language.values()) - sum(
        counted.not_run_by_reason.values()
    )
    assert counted.shown_by_language["zh"] == counted.shown_by_language["en"] > 0


def test_stock_pytest_codeblocks_runs_what_is_published(checked, twins):
    """Count its verdicts too: it passes over in silence what it does not know."""
    report = twins / "report.xml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--codeblocks", "-q", "-p", "no:cacheprovider"),
            *("-p", "no:asrun", f"--rootdir={twins}", f"--junitxml={report}", "."),
        ],
        cwd=twins,
        env={k: v for k, v in os.environ.items() if k not in ("DISPLAY", "PYTEST_ADDOPTS")}
        | {"MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    skipped = [case for case in cases if case.find("skipped") is not None]
    xfailed = [c for c in skipped if c.find("skipped").get("type") == "pytest.xfail"]
    snippets = checked.project.snippets.values()
    pages = checked.project.group_pages_by_snippet()
    shows = {s.name: len(pages[s.name]) for s in snippets}
    assert len(cases) == sum(len(list(parse_twin_blocks(f, f.name))) for f in twins.rglob("*.md"))
    cells = sum(len(lab.code_cells) for lab in checked.project.labs)  # they run together, not alone
    assert len(cases) == sum(shows.values()) + cells
    ran = [s for s in snippets if isinstance(checked.results[s.name], Run)]
    assert len(xfailed) == sum(shows[s.name] for s in ran if s.expected_exception)
    not_here = sum(shows[s.name] for s in snippets if s.as_file or s.needs)
    assert len(skipped) - len(xfailed) <= not_here + cells


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_html_carries_the_real_outputs(checked, site, language):
    import lxml.html

    for page in checked.project.pages:
        if page.language != language:
            continue
        path = site / make_markdown_site_path(language, page.uri).replace(".md", ".html")
        text = lxml.html.parse(str(path)).getroot().text_content()
        for name, pages in checked.project.group_pages_by_snippet().items():
            result = checked.results[name]
            if page in pages and isinstance(result, Run):
                assert result.output in text, f"{page.path} lacks the output of {name}"


def test_nothing_is_left_unrun_without_a_reason(checked):
    for name, result in checked.results.items():
        assert isinstance(result, Run | Skipped), f"{name}: {result}"


def test_no_page_holds_an_inline_style_of_ours(site):
    """Figures use classes and presentation attributes: a security policy can forbid the rest."""
    for file in site.rglob("*.md"):
        assert " style=" not in file.read_text(encoding="utf-8"), file


def test_every_tensor_picture_is_light_and_speaks_its_pages_language(site):
    pictures = 0
    for file in site.rglob("*.md"):
        chinese = "en" not in file.relative_to(site).parts
        text = file.read_text(encoding="utf-8")
        for figure in re.findall(r'<figure class="tensor-picture".*?</figure>', text, re.DOTALL):
            pictures += 1
            assert len(gzip.compress(figure.encode())) <= 2048, file
            label = re.search(r'aria-label="([^"]+)"', figure)[1]
            assert bool(re.search("[\u4e00-\u9fff]", label)) == chinese, f"{file}: {label}"
    assert pictures > 0


def test_the_twins_build_under_zensical_and_show_the_outputs(checked, twins):
    """Zensical ignores plugins without a word: look for output text, not for exit code 0."""
    root = twins.parent
    config = root / "zensical.toml"
    config.write_text(
        '[project]\nsite_name = "x"\ndocs_dir = "docs"\nsite_dir = "out"\n'
        "[project.markdown_extensions.attr_list]\n[project.markdown_extensions.md_in_html]\n"
        "[project.markdown_extensions.tables]\n[project.markdown_extensions.toc]\n"
        "[project.markdown_extensions.pymdownx.highlight]\n"
        "[project.markdown_extensions.pymdownx.superfences]\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "-f", config],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    import lxml.html

    shown = 0
    for page in checked.project.pages:
        html = (
            root / "out" / make_markdown_site_path(page.language, page.uri).replace(".md", ".html")
        )
        tree = lxml.html.parse(str(html), lxml.html.HTMLParser(encoding="utf-8")).getroot()
        outputs = {"".join(code.itertext()).rstrip("\n") for code in tree.iter("code", "samp")}
        for name, pages in checked.project.group_pages_by_snippet().items():
            result = checked.results[name]
            if page in pages and isinstance(result, Run) and result.output:
                assert result.output.rstrip("\n") in outputs, f"{html}: {name}"
                shown += 1
    assert shown > 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "这段程序需要联网，这里没有运行。"),
        ("en", "This program needs the network. It was not run here."),
    ],
)
def test_a_page_says_which_program_needed_the_network(checked, site, language, words):
    import lxml.html

    needing = [name for name, run in checked.results.items() if run == Skipped("network")]
    pages = {
        page.path: site / make_markdown_site_path(language, page.uri).replace(".md", ".html")
        for name in needing
        for page in checked.project.group_pages_by_snippet()[name]
        if page.language == language
    }
    assert len(pages) == len(needing) > 0
    for path in pages.values():
        assert words in lxml.html.parse(str(path)).getroot().text_content()


@pytest.mark.parametrize("folder", ["", "en/"])
def test_every_page_says_what_it_is_to_those_who_share_it(site, project, folder):
    import lxml.html

    language = "en" if folder else "zh"
    for page in project.get_pages(language):
        path = site / make_markdown_site_path(language, page.uri).replace(".md", ".html")
        tree = lxml.html.parse(str(path), lxml.html.HTMLParser(encoding="utf-8")).getroot()
        told = {
            meta.get("property"): meta.get("content") for meta in tree.xpath("//meta[@property]")
        }
        description = re.search(r"^description: (.+)$", page.source, re.MULTILINE)[1]
        assert told["og:description"] == description
        assert told["og:title"]
        assert told["og:locale"] == ("en_US" if folder else "zh_CN")


@pytest.mark.parametrize("path", ["404.html", "en/404.html"])
def test_the_page_for_what_is_not_there_speaks_both_languages(site, path):
    import lxml.html

    tree = lxml.html.parse(str(site / path), lxml.html.HTMLParser(encoding="utf-8")).getroot()
    article = tree.find_class("md-content__inner")[0]
    text = article.text_content()
    assert "这一页不在了" in text
    assert "Not here" in text
    assert article.xpath(".//a/@href") == ["/", "/en/"]


def test_every_page_that_was_committed_has_the_date_of_its_last_change(site, project):
    import lxml.html

    from asrun.base.git import read_history

    known = read_history(project.root)
    for page in project.pages:
        if page.path in known:
            path = site / make_markdown_site_path(page.language, page.uri).replace(".md", ".html")
            (date,) = lxml.html.parse(str(path)).getroot().xpath("//p[@class='take-away']/time")
            assert date.text >= known[page.path].date


@pytest.mark.parametrize("folder", ["", "en/"])
def test_following_next_from_the_first_page_visits_every_page_and_previous_leads_back(site, folder):
    import lxml.html

    def step(page: Path, which: str) -> Path | None:
        tree = lxml.html.parse(str(page), lxml.html.HTMLParser(encoding="utf-8")).getroot()
        links = tree.xpath(f"//a[contains(@class, 'md-footer__link--{which}')]/@href")
        return (page.parent / links[0] / "index.html").resolve() if links else None

    first = page = (site / folder / "index.html").resolve()
    visited = [first]
    while following := step(page, "next"):
        assert step(following, "prev") == page
        visited.append(page := following)
    assert step(first, "prev") is None
    pages = {file.resolve() for file in (site / folder).rglob("index.html")}
    if not folder:
        pages = {page for page in pages if (site / "en").resolve() not in page.parents}
    assert len(visited) == len(set(visited))
    assert set(visited) == pages
