"""The strict build: what it publishes, and everything that stops it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import lxml.html
import pytest

from asrun.cli.main import main
from asrun_quality.reproducible import find_differences
from support.project import sound_project


def site(files) -> int:
    return main(["--root", str(files.root), "site"])


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A project with two pages, published; the tests that share it only read."""
    project = sound_project(tmp_path_factory.mktemp("published"))
    project.page("# 形状变换\n\n把张量拼接起来。\n", "a/b.md")
    assert site(project) == 0
    return project


@pytest.fixture
def warm(files, published):
    """A project whose one sound snippet has run already."""
    shutil.copytree(published.root / ".cache", files.root / ".cache")
    return files


LAB = "# %% [markdown]\n# # Lab\n#\n# Words.\n\n# %%\nprint(1)\n\n# %%\nprint(2)\n"


@pytest.fixture(scope="module")
def addressed(tmp_path_factory, published):
    """A site that has an address, a lab, a program that ends in an error, and quotes in its words.

    The tests that share it only read.
    """
    project = sound_project(tmp_path_factory.mktemp("addressed"))
    shutil.copytree(published.root / ".cache", project.root / ".cache")
    project.page(
        '---\ndescription: the "same device" error\n---\n# T\n\n'
        '```python\n--8<-- "a/error.py"\n```\n',
        "a/b.md",
    )
    code, output = "raise ValueError('no')\n", "ValueError: no\n"
    project.snippet("a/error.py", code, output, "# raises: ValueError\n")
    for language in ("zh", "en"):
        project.write(f"docs/{language}/labs/x.py", LAB)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("SITE_URL", "https://x.org/p/")
        monkeypatch.setenv("SITE_URL_EN", "https://x.org/p/en/")
        assert site(project) == 0
    return project


def test_both_languages_are_published_with_their_twins(published):
    for folder in ("site", "site/en"):
        assert "language-python" in published.read(f"{folder}/index.html")
        assert "print(1 + 1)\n```" in published.read(f"{folder}/index.md")
        assert "\n2\n```" in published.read(f"{folder}/index.md")


def test_the_language_switch_leads_to_the_same_page(published):
    zh, en = published.read("site/a/b/index.html"), published.read("site/en/a/b/index.html")
    for html, switch in (
        (zh, 'href="../../en/a/b/" hreflang="en" class="md-select__link"'),
        (zh, 'href="../../a/b/" hreflang="zh" class="md-select__link"'),
        (en, 'href="../../../a/b/" hreflang="zh" class="md-select__link"'),
        (en, '<link rel="alternate " href="../../../a/b/" hreflang="zh">'),
    ):
        assert switch in html


def test_an_expected_exception_is_marked_as_an_error(addressed):
    assert '<span class="filename error">报错</span>' in addressed.read("site/a/b/index.html")
    assert '<span class="filename error">Error</span>' in addressed.read("site/en/a/b/index.html")


def test_with_an_address_search_engines_are_told_each_page_once_in_both_languages(addressed):
    paths = ("", "a/b/", "labs/x/")
    for folder in ("", "en/"):
        sitemap = addressed.read(f"site/{folder}sitemap.xml")
        assert re.findall("<loc>(.*?)</loc>", sitemap) == [
            f"https://x.org/p/{folder}{path}" for path in paths
        ]
        for path in paths:
            html = addressed.read(f"site/{folder}{path}index.html")
            assert f'<link rel="canonical" href="https://x.org/p/{folder}{path}">' in html
            pairs = re.findall(r'<link rel="alternate " href="([^"]*)" hreflang="(..)">', html)
            assert pairs == [
                (f"https://x.org/p/{path}", "zh"),
                (f"https://x.org/p/en/{path}", "en"),
            ]


def test_the_archive_is_published_with_the_site_and_linked(published):
    assert (published.root / "site/pytorch-that-runs.zip").is_file()
    assert 'href="../../../pytorch-that-runs.zip" download' in published.read(
        "site/en/a/b/index.html"
    )


def test_a_description_may_hold_quotes(addressed):
    tree = lxml.html.fromstring(addressed.read("site/en/a/b/index.html"))
    assert tree.xpath("//meta[@name='description']/@content") == ['the "same device" error']
    assert tree.xpath("//meta[@property='og:description']/@content") == ['the "same device" error']
    assert 'the "same device" error' in addressed.read("site/en/llms.txt")


def test_nothing_is_asked_of_another_host(published):
    for file in (published.root / "site").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert "<script" in text
        asked = re.findall(r'src="(?:https?:)?//[^"]*"', text)
        asked += re.findall(r'<link[^>]+href="(?:https?:)?//[^"]*"', text)
        assert asked == []


def test_the_search_index_of_chinese_is_cut_into_words(published):
    index = json.loads(published.read("site/search/search_index.json"))
    texts = " ".join(entry["title"] + entry["text"] for entry in index["docs"])
    assert re.search("张量\u200b+拼接", texts)


def test_census_counts_a_published_site(published, tmp_path, capsys):
    copy = shutil.copytree(published.root, tmp_path / "copy")
    assert main(["--root", str(copy), "census"]) == 0
    (copy / "site/en/index.md").unlink()
    assert main(["--root", str(copy), "census"]) == 1
    output = capsys.readouterr()
    assert output.out.count("2 blocks shown on 4 pages (zh 1, en 1): 2 ran, 0 did not.") == 2
    assert "no twin site/en/index.md" in output.err


def test_a_line_of_a_twin_is_traced_to_its_file(published, capsys):
    number = published.read("site/en/index.md").splitlines().index("print(1 + 1)") + 1
    assert main(["--root", str(published.root), "where", f"site/en/index.md:{number}"]) == 0
    assert capsys.readouterr().out == "snippets/a/one.py:3\n"


def test_nothing_changed_means_nothing_runs_and_torch_is_not_imported(published):
    code = (
        "import sys\nfrom asrun.cli import main\nfrom asrun.execution import runner\n"
        "runner.Runner.start_servers = lambda *a: sys.exit('something ran')\n"
        f"status = main.main(['--root', {str(published.root)!r}, 'site'])\n"
        "sys.exit(status or ('torch' in sys.modules and 'torch was imported'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_changed_means_nothing_is_built_again(published, monkeypatch):
    def built(*_):
        pytest.fail("it was built again")

    monkeypatch.setattr("asrun.publish.build._run_mkdocs", built)
    assert site(published) == 0


@pytest.mark.parametrize(
    "path", ["site/en/index.html", "docs/theme/assets/site.css", "mkdocs.en.yml"]
)
def test_anything_changed_means_it_is_built_again(published, monkeypatch, path: str):
    class BuiltError(Exception):
        pass

    def built(*_):
        raise BuiltError

    monkeypatch.setattr("asrun.publish.build._run_mkdocs", built)
    before = published.read(path)
    published.write(path, before + "\n")
    try:
        with pytest.raises(BuiltError):
            site(published)
    finally:
        published.write(path, before)


def test_one_changed_snippet_is_the_only_one_that_runs(warm, monkeypatch):
    warm.page('# T\n\n```python\n--8<-- "a/two.py"\n```\n', "two.md")
    warm.snippet("a/two.py", "print(3)\n", "3\n")
    from asrun.execution.runner import Runner

    ran = []
    run_all = Runner.run_snippets
    monkeypatch.setattr(
        Runner,
        "run_snippets",
        lambda self, todo, progress=None: run_all(
            self, [ran.append(s.name) or s for s in todo], progress
        ),
    )
    assert site(warm) == 0
    assert ran == ["a/two.py"]


BAD = {
    "an include of nothing": (
        lambda f: f.page('# T\n\n```python\n--8<-- "a/no.py"\n```\n', "b.md"),
        "docs/en/b.md:4: includes a/no.py",
    ),
    "a snippet that raises": (
        lambda f: f.snippet("a/one.py", "print(2)\n1 / 0\n"),
        "snippets/a/one.py:4: raises",
    ),
    "a record with another digit": (
        lambda f: f.write("snippets/a/one.out", "3\n"),
        "snippets/a/one.out:1: the record says `3`, the program prints `2`",
    ),
    "a snippet without a record": (
        lambda f: (f.root / "snippets/a/one.out").unlink(),
        "snippets/a/one.py:1: its output is not recorded",
    ),
    "Python written by hand": (
        lambda f: f.page("# T\n\n```py\nprint(1)\n```\n", "b.md"),
        "docs/zh/b.md:3: a Python block that no run has proven",
    ),
    "a page in one language": (
        lambda f: f.write("docs/zh/b.md", "# T\n"),
        "docs/zh/b.md:1: no counterpart",
    ),
    "a snippet that nothing uses": (
        lambda f: f.snippet("a/two.py", "print(2)\n", "2\n"),
        "snippets/a/two.py:1: no page includes it",
    ),
    "a tag in a string": (
        lambda f: f.snippet("a/one.py", 'print("""2\n# zh: 一\n# en: one\n"""[0])\n'),
        "snippets/a/one.py:4: the `zh` view is another program",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_it_stops_the_build_and_the_old_site_stays(warm, capsys, case: str):
    spoil, says = BAD[case]
    warm.write("site/index.html", "the old site")
    spoil(warm)
    assert site(warm) == 1
    assert any(line.startswith(says) for line in capsys.readouterr().err.splitlines())
    assert warm.read("site/index.html") == "the old site"


def test_all_problems_are_told_together(warm, capsys):
    warm.snippet("a/one.py", "1 / 0\n")
    warm.page('# T\n\n```python\n--8<-- "a/two.py"\n```\n', "two.md")
    warm.snippet("a/two.py", "import os\nos._exit(1)\n", "")
    assert site(warm) == 1
    told = capsys.readouterr().err
    assert "snippets/a/one.py:3: raises" in told
    assert "snippets/a/two.py:1: ended the interpreter" in told
    assert "2 problems. Nothing was published." in told


def test_a_site_that_the_census_refuses_is_not_published(warm, monkeypatch, capsys):
    pass
    from asrun.base.errors import CensusError, Location
    from asrun.publish.census import Census

    problem = CensusError(Location("site/index.html", 3), "a block that lies", "Mend it.")
    monkeypatch.setattr(
        "asrun.publish.build._run_mkdocs", lambda order, _: order.site_folder / "zh"
    )
    monkeypatch.setattr(
        "asrun.publish.build.count_blocks",
        lambda *_: Census(2, {"zh": 1, "en": 1}, 1, {}, (problem,)),
    )
    warm.write("site/index.html", "the old site")
    assert site(warm) == 1
    assert "site/index.html:3: a block that lies. Mend it." in capsys.readouterr().err
    assert warm.read("site/index.html") == "the old site"


def test_broken_links_and_anchors_stop_the_build(warm, capfd):
    warm.page("# T\n\n[x](no.md) [y](index.md#nowhere)\n\n![x](gone.png) [y](#gone)\n", "b.md")
    assert site(warm) == 1
    told = capfd.readouterr().err
    for language in ("zh", "en"):
        assert f"docs/{language}/b.md:3: its link no.md leads nowhere" in told
        assert f"docs/{language}/b.md:3: its link index.md#nowhere leads to no section" in told
        assert f"docs/{language}/b.md:5: its link gone.png leads nowhere" in told
        assert f"docs/{language}/b.md:5: its link #gone leads to no section" in told
    assert not (warm.root / "site").exists()


def test_without_torch_the_site_shows_what_is_recorded(warm):
    """As `make preview`: nothing runs, and a figure that was not drawn says so."""
    warm.snippet(
        "a/one.py",
        "import no_such_module\n",
        "recorded\n",
        "# draw: x -> y\n# figure.zh: 图\n# figure.en: A picture.\n",
    )
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-f", warm.root / "mkdocs.en.yml"],
        check=True,
        capture_output=True,
    )
    html = warm.read("site/en/index.html")
    assert "recorded" in html
    assert "This figure is not drawn yet" in html
    strict = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-s", "-f", warm.root / "mkdocs.en.yml"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert strict.returncode != 0
    assert "a figure is not drawn" in strict.stderr


def test_without_a_run_the_site_says_where_each_program_was_proven(files):
    """From the record alone: nothing is in the cache."""
    assert main(["--root", str(files.root), "update"]) == 0
    files.page("# T\n\n<!-- list: environments -->\n\n<!-- list: compatibility -->\n", "c.md")
    shutil.rmtree(files.root / ".cache")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-f", files.root / "mkdocs.yml"],
        check=True,
        capture_output=True,
    )
    html = files.read("site/index.html")
    assert re.search(r'<p class="proof">在 Python 3\.\d+ 上验证过 · \d{4}-\d\d-\d\d · <a', html)
    (entry,) = json.loads(files.read("site/snippets.json"))
    assert [run["verdict"] for run in entry["verified"]] == ["equal"]
    assert entry["not_verified"] == []
    assert "<td>一致</td>" in files.read("site/c/index.html")


def test_a_lab_is_published_with_its_notebook_and_its_script(addressed):
    for name in ("index.html", "index.md", "x.ipynb", "x.py"):
        assert (addressed.root / "site/en/labs/x" / name).is_file()
    assert addressed.read("site/labs/x/x.py") == LAB


def test_a_lab_cell_that_raises_stops_the_build(warm, capfd):
    for language in ("zh", "en"):
        warm.write(f"docs/{language}/labs/x.py", LAB.replace("print(2)", "y = 2\ny / 0"))
    assert site(warm) == 1
    told = capfd.readouterr().err
    assert "docs/zh/labs/x.py:11: code cell 2 raised ZeroDivisionError" in told
    assert "Nothing was published." in told
    assert not (warm.root / "site").exists()


def test_with_the_cache_deleted_when_mkdocs_starts_the_build_still_ends_right(warm, monkeypatch):
    """The results are handed over: the cache is only a cache."""
    from asrun.publish import build

    header = "# draw: x -> y\n# figure.zh: 图\n# figure.en: A picture.\n"
    warm.snippet("a/one.py", "import torch\n\nx = y = torch.ones(2)\n", "", header)
    for language in ("zh", "en"):
        warm.write(f"docs/{language}/labs/x.py", LAB)
    assert site(warm) == 0
    shutil.copytree(warm.root / "site", before := warm.root.parent / "before")

    run_mkdocs = build._run_mkdocs

    def run_without_cache(*arguments):
        shutil.rmtree(warm.root / ".cache")
        return run_mkdocs(*arguments)

    monkeypatch.setattr(build, "_run_mkdocs", run_without_cache)
    (warm.root / ".cache/asrun/site.json").unlink()
    assert site(warm) == 0
    assert list(find_differences(before, warm.root / "site")) == []
