"""A whole project: loaded once, selected from, checked, run, linted, begun.

In: a folder. Out: a `Project`, and every problem in it with its place.
The command line, the pytest plugin and publishing start from it.
"""
