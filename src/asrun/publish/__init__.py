"""The site: built by MkDocs from what was checked, counted, and only then put in place of the old.

In: a checked project. Out: `site/` in both languages, or a live server.
The command line alone uses it; `plugin` is MkDocs' way in.
"""
