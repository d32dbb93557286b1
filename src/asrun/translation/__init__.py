"""Two languages in step: the same structure in both, and which section is behind the other.

In: pairs of pages, `docs/sync.toml`. Out: differences, stale sections, banners.
Checks, the translator's commands and publishing use it.
"""
