"""The site: MkDocs builds it from what was checked; a census counts it; then it replaces the old one.

In: a checked project. Out: `site/` in both languages, or a live server.
The command line alone uses it; `plugin` is MkDocs' way in.
"""
