from __future__ import annotations

import pytest

from asrun.base.errors import SnippetError
from asrun.snippets.tags import check_tags

PAIR = "# zh: 加。\n# en: Adds.\n"


def check(source: str) -> None:
    check_tags("snippets/a/add.py", source, source.splitlines())


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        (PAIR + "# zh: 单独。\nprint(1)\n", 3, "`zh` without its counterpart in `en`"),
        (PAIR + "x = 1\n# en: Alone.\nprint(1)\n", 4, "`en` without its counterpart in `zh`"),
        (PAIR + "# en: Extra.\n# zh: 反了。\nprint(1)\n", 4, "without its counterpart"),
        (PAIR + "x = 1  # zh: 后面\n", 3, "a tagged comment behind code"),
        (PAIR + "# zh:\n# en: Hm.\nprint(1)\n", 3, "says nothing"),
    ],
)
def test_a_tag_out_of_its_pair_is_told_with_its_line(source: str, line: int, says: str):
    with pytest.raises(SnippetError) as caught:
        check(source)
    assert str(caught.value).startswith(f"snippets/a/add.py:{line}: ")
    assert says in str(caught.value)


def test_a_pair_may_take_several_lines_of_each_language():
    check("# zh: 一。\n# zh: 二。\n# en: One.\n# en: Two.\nprint(1)\n")


def test_a_tag_inside_a_string_is_no_comment_behind_code():
    check(PAIR + 'print("x # zh: y")\n')
