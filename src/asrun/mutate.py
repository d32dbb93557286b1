"""Mutants: a file with one small thing wrong in it, as a slip of the hand would leave it.

Pure: text in, changed texts out, in the order of the file. Each mutant of a program is a program
whose syntax tree differs from the first one's; comments and directives stay as they are.

Left out is only what cannot change what a program does: the text of an f-string's own parts is
none of its literals (its expressions are), and so are docstrings, annotations, ``pass``, a swap of
two equal arguments, and one of the arguments of a function that is symmetric by definition, to the
last bit: ``torch.equal``, ``torch.broadcast_shapes`` (its shape is; only an error's words would
differ), the mean squared error, and a tensor's ``transpose``. ``None`` has no neighbour, so it is
not changed either.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asrun.page import Page, outline
from asrun.parity import NUMBER, cells

OPPOSITE: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.MatMult: ("@", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", ">"),
    ast.Gt: (">", "<"),
    ast.LtE: ("<=", ">="),
    ast.GtE: (">=", "<="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
_SYMMETRIC = re.compile(
    r"torch\.equal|torch\.broadcast_shapes|(nn\.functional\.|F\.)?mse_loss|(?!torch\.).*\.transpose"
)
_OPENING = re.compile(r"[A-Za-z]*('''|\"\"\"|'|\")")
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True)
class Mutant:
    """A changed file: its path, the line that changed, how, what it said and says, all its text."""

    path: str
    line: int
    kind: str
    was: str
    now: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind} `{self.was}` → `{self.now}`"


# --- programs -----------------------------------------------------------------------------------


class _Program:
    """A program's tree, and its text by position."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text, self.tree = path, text, ast.parse(text)
        self._bytes = text.encode()
        self._starts = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        inert = {id(part) for node in ast.walk(self.tree) for part in _inert(node)}
        self.nodes = sorted(
            (n for n in ast.walk(self.tree) if id(n) not in inert and hasattr(n, "lineno")),
            key=lambda n: (self.start(n), -self.end(n)),
        )

    def start(self, node: ast.AST) -> int:
        return self._starts[node.lineno - 1] + int(node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        return (
            self._starts[node.end_lineno - 1]  # type: ignore[attr-defined]
            + int(node.end_col_offset)  # type: ignore[attr-defined]
        )

    def of(self, node: ast.AST) -> str:
        return self._bytes[self.start(node) : self.end(node)].decode()

    def between(self, first: int, last: int) -> str:
        return self._bytes[first:last].decode()

    def line(self, position: int) -> int:
        return self._bytes.count(b"\n", 0, position) + 1

    def mutant(self, kind: str, first: int, last: int, now: str) -> Iterator[Mutant]:
        """Yield the program with the bytes ``first`` to ``last`` replaced, if it is another one."""
        was = self.between(first, last)
        text = self.between(0, first) + now + self.between(last, len(self._bytes))
        try:
            differs = ast.dump(ast.parse(text)) != ast.dump(self.tree)
        except SyntaxError:
            return
        if differs:
            yield Mutant(self.path, self.line(first), kind, _short(was), _short(now), text)


def _inert(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below a node that do nothing: docstrings, annotations, an f-string's text."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield from (node, node.value)
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    for name in ("annotation", "returns"):
        if annotation := getattr(node, name, None):
            yield from ast.walk(annotation)


def literals(path: str, text: str) -> Iterator[Mutant]:
    """Change a literal: an integer to the next, a float to its double, a truth value, a text."""
    program = _Program(path, text)
    for node in program.nodes:
        if not isinstance(node, ast.Constant):
            continue
        was, value = program.of(node), node.value
        try:
            if type(ast.literal_eval(was)) is not type(value):
                continue  # Python 3.11 does not know where all parts of an f-string are
        except (SyntaxError, ValueError):
            continue
        if isinstance(value, bool):
            now = str(not value)
        elif isinstance(value, int):
            now = str(value + 1)
        elif isinstance(value, float):
            now = repr(value * 2 if value else 1.0)
        elif isinstance(value, str):
            opening = _OPENING.match(was)
            now = f"{opening[0]}X{was[opening.end() :]}" if opening else was
        else:
            continue
        yield from program.mutant("literal", program.start(node), program.end(node), now)


def operators(path: str, text: str) -> Iterator[Mutant]:
    """Change an operator to its opposite: arithmetic, comparison, logic; drop a ``not``."""
    program = _Program(path, text)
    for node in program.nodes:
        for left, kind, right in _operations(node):
            symbol, opposite = OPPOSITE[kind]
            first, last = program.end(left), program.start(right)
            gap = _COMMENT.sub(lambda found: " " * len(found[0]), program.between(first, last))
            words = re.escape(symbol).replace(r"\ ", r"\s+")
            found = re.fullmatch(rf"[\s)\\]*(?P<symbol>{words})=?[\s(\\]*", gap)
            if found is None:
                continue  # Python 3.11 does not know where all parts of an f-string are
            at, to = (first + len(gap[:n].encode()) for n in found.span("symbol"))
            yield from program.mutant("operator", at, to, opposite)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            first = program.start(node)
            if program.between(first, first + 4) == "not ":
                yield from program.mutant("operator", first, first + 4, "")


def _operations(node: ast.AST) -> Iterator[tuple[ast.AST, type[ast.AST], ast.AST]]:
    """Yield left side, operator and right side of what a node computes, if there is an opposite."""
    found: list[tuple[ast.AST, ast.AST, ast.AST]] = []
    if isinstance(node, ast.BinOp):
        found = [(node.left, node.op, node.right)]
    elif isinstance(node, ast.AugAssign):
        found = [(node.target, node.op, node.value)]
    elif isinstance(node, ast.BoolOp):
        found = [(a, node.op, b) for a, b in zip(node.values[:-1], node.values[1:], strict=True)]
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        found = list(zip(sides[:-1], node.ops, sides[1:], strict=True))
    yield from ((a, type(op), b) for a, op, b in found if type(op) in OPPOSITE)


def dropped(path: str, text: str) -> Iterator[Mutant]:
    """Drop a statement that has no others in it; ``pass`` keeps its place."""
    program = _Program(path, text)
    for node in program.nodes:
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass) and not _holds(node):
            yield from program.mutant(
                "dropped line", program.start(node), program.end(node), "pass"
            )


def _holds(node: ast.AST) -> bool:
    return any(
        isinstance(child, ast.stmt | ast.match_case)
        for child in ast.walk(node)
        if child is not node
    )


def swapped(path: str, text: str) -> Iterator[Mutant]:
    """Swap two neighbouring positional arguments of a call."""
    program = _Program(path, text)
    for node in program.nodes:
        if not isinstance(node, ast.Call) or _SYMMETRIC.fullmatch(ast.unparse(node.func)):
            continue
        for one, other in zip(node.args[:-1], node.args[1:], strict=True):
            if isinstance(one, ast.Starred) or isinstance(other, ast.Starred):
                continue
            first, last = program.start(one), program.end(other)
            try:
                exact = all(
                    ast.dump(ast.parse(program.of(side), mode="eval").body) == ast.dump(side)
                    for side in (one, other)
                )
            except SyntaxError:
                exact = False
            if exact:
                gap = program.between(program.end(one), program.start(other))
                now = program.of(other) + gap + program.of(one)
                yield from program.mutant("swapped argument", first, last, now)


# --- records ------------------------------------------------------------------------------------


def digits(path: str, text: str) -> Iterator[Mutant]:
    """Change a digit of a record to the next."""
    for found in re.finditer(r"\d", text, re.ASCII):
        now = str((int(found[0]) + 1) % 10)
        line = text.count("\n", 0, found.start()) + 1
        changed = text[: found.start()] + now + text[found.end() :]
        yield Mutant(path, line, "digit", found[0], now, changed)


# --- pages --------------------------------------------------------------------------------------


def sections(page: Page) -> Iterator[Mutant]:
    """Remove a section: a heading below the title, and all that stands under it."""
    headings = [heading for heading in outline(page).headings if heading.level > 1]
    lines = page.source.splitlines(keepends=True)
    for index, heading in enumerate(headings):
        ends = (h.line for h in headings[index + 1 :] if h.level <= heading.level)
        end = next(ends, len(lines) + 1)
        text = "".join(lines[: heading.line - 1] + lines[end - 1 :])
        yield Mutant(page.path, heading.line, "removed section", heading.title, "", text)


def headings(page: Page) -> Iterator[Mutant]:
    """Rename a heading below the title, in title and id."""
    for heading in outline(page).headings:
        if heading.level > 1 and heading.id:
            now = f"{heading.title} 2 {{ #{heading.id}-2 }}"
            line = f"{'#' * heading.level} {now}"
            yield _with_line(page, heading.line, "renamed heading", heading.title, now, line)


def links(page: Page) -> Iterator[Mutant]:
    """Break a link: its path or its fragment names what is not there."""
    for link in outline(page).links:
        path, hash_, fragment = link.target.partition("#")
        now = f"{path}#{fragment}-gone" if fragment else f"{path}-gone{hash_}"
        old = page.source.splitlines()[link.line - 1]
        line = old.replace(f"]({link.target}", f"]({now}", 1)
        yield _with_line(page, link.line, "broken link", link.target, now, line)


def fences(page: Page) -> Iterator[Mutant]:
    """Write a Python block by hand where a page includes one."""
    for fence in outline(page).fences:
        if fence.includes:
            now = "import torch"
            yield _with_line(
                page, fence.line + 1, "hand-written fence", fence.includes, now, fence.indent + now
            )


def numbers(page: Page) -> Iterator[Mutant]:
    """Change a number in a table: its last digit to the next."""
    for row, line in ((cell.line, cell) for cell in cells(page)):
        for found in NUMBER.finditer(line.text):
            now = found[0][:-1] + str((int(found[0][-1]) + 1) % 10)
            at = line.column + found.start()
            old = page.source.splitlines()[row - 1]
            text = old[:at] + now + old[at + len(now) :]
            yield _with_line(page, row, "changed number", found[0], now, text)


def _with_line(page: Page, number: int, kind: str, was: str, now: str, line: str) -> Mutant:
    lines = page.source.splitlines(keepends=True)
    lines[number - 1] = f"{line}\n"
    return Mutant(page.path, number, kind, was, now, "".join(lines))


def _short(text: str) -> str:
    first, _, more = text.partition("\n")
    return f"{first} …" if more else first
