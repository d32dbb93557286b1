"""A program is parsed once in a process, whatever is checked of it."""

from __future__ import annotations

import ast

from asrun.project.runs import check_project


def test_a_whole_check_parses_each_program_once(files, runner, monkeypatch):
    files.page(
        "# T\n\n" + "".join(f'```python\n--8<-- "a/{n}.py"\n```\n\n' for n in ("one", "two"))
    )
    files.snippet("a/one.py", "import json\n\nprint(json.dumps([1]))\n", "[1]\n")
    files.snippet("a/two.py", "# zh: 二。\n# en: Two.\nx = 2\nprint(x)\n", "2\n")
    parsed: list[str] = []
    parse = ast.parse

    def count_parse(source, *arguments, **options):
        parsed.append(source)
        return parse(source, *arguments, **options)

    monkeypatch.setattr(ast, "parse", count_parse)
    checked = check_project(files.root, runner)

    assert [str(problem) for problem in checked.problems] == []
    assert set(checked.results) == {"a/one.py", "a/two.py"}
    sources = [snippet.source for snippet in checked.project.snippets.values()]
    assert sorted(text for text in parsed if "print(" in text) == sorted(sources)
