"""A lab: a stepwise notebook page, run once by Jupyter and rendered by mkdocs-jupyter.

In: a jupytext file. Out: what its cells did, its notebooks, its page fitted to the site.
The project runs labs, publishing shows them.
"""
