"""``version.json`` in a built site."""

from __future__ import annotations

import json

from asrun.publish.version import VERSION_FILE, format_version_json, update_version_file


def test_it_says_what_the_programs_ran_with_and_why_there_is_no_commit(tmp_path):
    version_info = json.loads(format_version_json(tmp_path))
    assert set(version_info) == {"commit", "why", "python", "torch", "torchvision"}
    assert version_info["why"] == "not built from a git checkout"


def test_it_is_written_only_where_it_changes(tmp_path):
    assert update_version_file(tmp_path, "1\n") is True
    assert update_version_file(tmp_path, "1\n") is False
    assert update_version_file(tmp_path, "2\n") is True
    assert (tmp_path / VERSION_FILE).read_text() == "2\n"
