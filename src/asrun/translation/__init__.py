"""Two languages held together: the same structure, and which section fell behind the other.

In: pairs of pages, `docs/sync.toml`. Out: differences, stale sections, banners.
Checks, the translator's commands and publishing use it.
"""
