"""A lab: a stepwise notebook page, run once by Jupyter, drawn by mkdocs-jupyter.

In: a jupytext file. Out: its cells' runs, its notebooks, its HTML fitted to the site.
Checks run labs; publishing shows them.
"""
