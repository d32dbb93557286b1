"""Lists that pages show from data: API, glossary, compatibility, the original document's blocks.

In: the data files, snippets, verdicts. Out: Markdown lines, each with where it came from.
The project reads the data with it; publishing shows the lists by name (`registry`).
"""
