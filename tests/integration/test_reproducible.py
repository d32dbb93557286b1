"""Two builds of one commit give the same bytes; where they do not, the file is named."""

from __future__ import annotations

import re

from asrun_quality.cli import main
from asrun_quality.reproducible import find_differences
from support.git import git

SOLID = (
    "import matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.show()\n",
    "# figure.zh: 图\n# figure.en: A picture.\n",
)


def test_a_sound_project_is_reproducible(checkout, capsys):
    checkout.snippet("a/one.py", SOLID[0], "", SOLID[1])
    git(checkout.root, "commit", "-am", "a figure")
    assert main(["--root", str(checkout.root), "reproducible"]) == 0
    message = capsys.readouterr().err
    assert re.search(r"^\d{2,} files, 0 of them not the same in two builds\.$", message)


def test_what_is_taken_from_the_clock_or_the_folder_is_named(checkout, capsys):
    theme = checkout.root / "docs/theme/main.html"
    taken = "{{ build_date_utc.isoformat()[:10] if chinese else config.docs_dir }}"
    title = f"{{% block htmltitle %}}<title>{taken}</title>{{% endblock %}}\n"
    theme.write_text(theme.read_text(encoding="utf-8") + title, encoding="utf-8")
    git(checkout.root, "commit", "-am", "a page that says when and where")
    assert main(["--root", str(checkout.root), "reproducible"]) == 1
    message = capsys.readouterr().err
    for file in ("index.html", "en/index.html"):
        assert re.search(rf"^{file}:\d+: two builds differ", message, re.MULTILINE), message
    assert "another place/deeper" in message


def test_a_missing_file_and_different_bytes_are_reported(tmp_path):
    for folder, content in (("a", b"\xff\x01"), ("b", b"\xff\x02")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.gz").write_bytes(content)
    (tmp_path / "a/only").write_text("x", encoding="utf-8")
    messages = [str(error) for error in find_differences(tmp_path / "a", tmp_path / "b")]
    assert messages[0].startswith("only:1: only the first build has it")
    assert "x.gz:1: two builds differ:\n  from byte 1 on, 01 and 02" in messages[1]


def test_what_is_not_a_checkout_is_refused(files, capsys):
    assert main(["--root", str(files.root), "reproducible"]) == 1
    assert "not a git checkout" in capsys.readouterr().err


def test_a_commit_that_does_not_build_is_not_called_reproducible(checkout, capsys):
    checkout.write("snippets/a/one.out", "3\n")
    git(checkout.root, "commit", "-am", "wrong")
    assert main(["--root", str(checkout.root), "reproducible"]) == 1
    assert "snippets/a/one.out:1: the record says" in capsys.readouterr().err
