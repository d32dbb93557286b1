"""A page: Markdown in one language, read, checked and expanded with the programs that it includes.

In: a page's text and what came of its snippets. Out: plain Markdown with a line map.
Lists, translation, labs and publishing build on it; it runs nothing.
"""
