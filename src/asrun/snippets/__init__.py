"""A program's text: its directives, its drawings, what it imports, what each language shows of it.

In: the text of a file under `snippets/`. Out: a `Snippet`, parsed once, which keeps all of these.
Everybody above may use it; it runs nothing.
"""
