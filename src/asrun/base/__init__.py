"""Ground: errors with a place and a way out, files, git, text, languages, words of the interface.

In: paths and strings. Out: the same, checked, measured or written in one step.
Everybody but the worker may use it; it knows nothing of snippets, pages or sites.
"""
