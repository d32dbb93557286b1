"""A page in both languages, declared to say the same."""

from __future__ import annotations

from asrun.pages.page import Page
from asrun.translation.declare import declare_new_sections
from asrun.translation.sections import PagePair, pair_pages
from asrun.translation.staleness import find_section_changes
from asrun.translation.sync_file import SyncRecord

EN = """\
---
description: How.
---
# Joining

It joins two tensors.

## Make it longer with `cat` { #cat }

Sizes must agree, see [shapes](shape.md). There are 2 of them,
and `dim` says where.

```python
--8<-- "a/one.py"
```

- First point.
- Last point.

## Which one { #which }

| What | `cat` |
| --- | --- |
| dimensions | 3 |
"""
ZH = """\
---
description: 怎么拼。
---
# 拼接

它把两个张量接起来。

## 用 `cat` 接长 { #cat }

大小必须一致，见[形状](shape.md)。一共 2 个，由 `dim` 指定。

```python
--8<-- "a/one.py"
```

- 第一点。
- 最后一点。

## 用哪个 { #which }

| 比什么 | `cat` |
| --- | --- |
| 维数 | 3 |
"""


def make_page(language: str, source: str, uri: str = "a/b.md") -> Page:
    return Page(f"docs/{language}/{uri}", uri, language, source)


def make_pages(zh: str = ZH, en: str = EN, uri: str = "a/b.md") -> list[Page]:
    return [make_page("zh", zh, uri), make_page("en", en, uri)]


def make_pair(zh: str = ZH, en: str = EN) -> PagePair:
    return pair_pages(make_pages(zh, en))["a/b.md"]


SYNC = declare_new_sections({}, make_pages())


def find_stale_ids(sync: SyncRecord, zh: str = ZH, en: str = EN) -> list[str]:
    """Return the ids of the sections that changed since they were declared in sync."""
    changes = find_section_changes(sync, make_pair(zh, en))
    return [change.sections["en"].id for change in changes]
