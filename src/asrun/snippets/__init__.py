"""A program's text: its directives, its drawings, what it imports, one language's view of it.

In: the text of a file under `snippets/`. Out: a `Snippet`, a `LocalizedSource`.
Everybody above may use it; it runs nothing.
"""
