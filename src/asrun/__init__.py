"""asrun: snippet → run → page. What a page shows under a program is what the program printed.

Each package says in its first lines what goes in, what comes out, and who may use it. Data flows
down: a package imports those further down alone. The contract stands in ``pyproject.toml``
(``[tool.importlinter]``); ARCHITECTURE.md has the map.
"""
