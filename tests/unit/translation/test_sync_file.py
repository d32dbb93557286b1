from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.translation.sync_file import SYNC_FILE_PATH, format_sync_file, parse_sync_file
from support.translation import SYNC


def test_what_is_written_is_read_again():
    read = parse_sync_file(format_sync_file(SYNC))
    assert {key: entry.digests for key, entry in read.items()} == {
        key: entry.digests for key, entry in SYNC.items()
    }


def test_the_file_has_one_line_a_section_in_a_fixed_order():
    lines = [line for line in format_sync_file(SYNC).splitlines() if not line.startswith("#")]
    assert [line.partition(" = ")[0] for line in lines] == [
        '"a/b.md#cat"',
        '"a/b.md#top"',
        '"a/b.md#which"',
    ]
    assert format_sync_file(dict(reversed(SYNC.items()))) == format_sync_file(SYNC)


@pytest.mark.parametrize("marks", ["<<<<<<< ours\n", '"a/b.md#cat" = { zh = "1-2", en = "3-4" }\n'])
def test_a_merge_conflict_is_told_with_its_line_and_the_way_out(marks: str):
    text = format_sync_file(SYNC) + marks
    with pytest.raises(PageError, match="keep one line a section") as error:
        parse_sync_file(text)
    assert error.value.location.path == SYNC_FILE_PATH
    assert error.value.location.line >= len(text.splitlines())


@pytest.mark.parametrize("line", ['"x.md#a" = 1', '"x.md#a" = { zh = "1-2" }'])
def test_a_line_that_is_not_ours_is_told(line: str):
    with pytest.raises(PageError, match=r"docs/sync\.toml:2: not a line of ours: `x\.md#a`"):
        parse_sync_file(f"# head\n{line}\n")
