"""Mutators: each yields copies of a file that have one small fault, as a slip of the hand leaves.

They are pure, and yield in the order of the file. Every mutant of a program is a program with
another syntax tree; its comments and directives are the same.

What cannot change what a program does is not mutated:

* docstrings, annotations, ``pass``, the text between an f-string's expressions;
* ``None``, which has no neighbour;
* a swap of two equal arguments, or of the arguments of a function that is symmetric to the last
  bit: ``torch.equal``, the mean squared error, a tensor's ``transpose``, and
  ``torch.broadcast_shapes``, where only the words of an error would differ.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asrun.pages.page import Page, parse_page
from asrun.translation.parity import NUMBER_PATTERN, parse_table_cells

OPPOSITE_OPERATORS: Mapping[type[ast.AST], tuple[str, str]] = {
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
_SYMMETRIC_FUNCTIONS = re.compile(
    r"torch\.equal|torch\.broadcast_shapes|(nn\.functional\.|F\.)?mse_loss|(?!torch\.).*\.transpose"
)
_STRING_OPENING = re.compile(r"[A-Za-z]*('''|\"\"\"|'|\")")
_PYTHON_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True)
class Mutant:
    """A changed file: its path and whole new text, and what changed, in which line and how.

    ``before`` and ``after`` are the part that changed; of several lines, the first.
    """

    path: str
    line: int
    kind: str
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind} `{self.before}` → `{self.after}`"


class _ParsedProgram:
    """A program's syntax tree, and its text by offset; offsets count the bytes of its UTF-8."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text, self.tree = path, text, ast.parse(text)
        self._encoded_text = text.encode()
        self._line_offsets = [0]
        for line in self._encoded_text.splitlines(keepends=True):
            self._line_offsets.append(self._line_offsets[-1] + len(line))
        # Nodes are compared by identity, as they define no equality.
        inert_nodes = {
            inert_node for node in ast.walk(self.tree) for inert_node in _find_inert_nodes(node)
        }
        self.nodes = sorted(
            (n for n in ast.walk(self.tree) if n not in inert_nodes and hasattr(n, "lineno")),
            key=lambda n: (self.get_start_offset(n), -self.get_end_offset(n)),
        )

    def get_start_offset(self, node: ast.AST) -> int:
        return self._line_offsets[node.lineno - 1] + int(node.col_offset)  # type: ignore[attr-defined]

    def get_end_offset(self, node: ast.AST) -> int:
        return (
            self._line_offsets[node.end_lineno - 1]  # type: ignore[attr-defined]
            + int(node.end_col_offset)  # type: ignore[attr-defined]
        )

    def get_node_text(self, node: ast.AST) -> str:
        return self._encoded_text[self.get_start_offset(node) : self.get_end_offset(node)].decode()

    def slice_text(self, start: int, end: int) -> str:
        return self._encoded_text[start:end].decode()

    def get_line_number(self, offset: int) -> int:
        return self._encoded_text.count(b"\n", 0, offset) + 1

    def make_mutants(self, kind: str, start: int, end: int, after: str) -> Iterator[Mutant]:
        """Yield the program with ``after`` between two offsets, if its syntax tree is another."""
        before = self.slice_text(start, end)
        text = self.slice_text(0, start) + after + self.slice_text(end, len(self._encoded_text))
        try:
            is_different = ast.dump(ast.parse(text)) != ast.dump(self.tree)
        except SyntaxError:
            return
        if is_different:
            yield Mutant(
                self.path,
                self.get_line_number(start),
                kind,
                _shorten_text(before),
                _shorten_text(after),
                text,
            )


def _find_inert_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below a node that do nothing: docstrings, annotations, an f-string's text."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield from (node, node.value)
    if isinstance(node, ast.JoinedStr):
        yield from (value for value in node.values if isinstance(value, ast.Constant))
    for name in ("annotation", "returns"):
        if annotation := getattr(node, name, None):
            yield from ast.walk(annotation)


def mutate_literals(path: str, text: str) -> Iterator[Mutant]:
    """Change a literal: an integer to the next, a float to its double, a truth value to the other.

    A string gets an ``X`` at its beginning.
    """
    program = _ParsedProgram(path, text)
    for node in program.nodes:
        if not isinstance(node, ast.Constant):
            continue
        before, value = program.get_node_text(node), node.value
        try:
            if type(ast.literal_eval(before)) is not type(value):
                continue  # Python 3.11 gives parts of an f-string the wrong position
        except (SyntaxError, ValueError):
            continue
        if isinstance(value, bool):
            after = str(not value)
        elif isinstance(value, int):
            after = str(value + 1)
        elif isinstance(value, float):
            after = repr(value * 2 if value else 1.0)
        elif isinstance(value, str):
            opening = _STRING_OPENING.match(before)
            after = f"{opening[0]}X{before[opening.end() :]}" if opening else before
        else:
            continue
        yield from program.make_mutants(
            "literal", program.get_start_offset(node), program.get_end_offset(node), after
        )


def invert_operators(path: str, text: str) -> Iterator[Mutant]:
    """Change an operator of arithmetic, comparison or logic to its opposite; drop a ``not``."""
    program = _ParsedProgram(path, text)
    for node in program.nodes:
        for left, operator_type, right in _find_operations(node):
            symbol, opposite = OPPOSITE_OPERATORS[operator_type]
            start, end = program.get_end_offset(left), program.get_start_offset(right)
            gap = _PYTHON_COMMENT.sub(
                lambda found: " " * len(found[0]), program.slice_text(start, end)
            )
            symbol_pattern = re.escape(symbol).replace(r"\ ", r"\s+")
            match = re.fullmatch(rf"[\s)\\]*(?P<symbol>{symbol_pattern})=?[\s(\\]*", gap)
            if match is None:
                continue  # Python 3.11 gives parts of an f-string the wrong position
            symbol_start, symbol_end = (
                start + len(gap[:index].encode()) for index in match.span("symbol")
            )
            yield from program.make_mutants("operator", symbol_start, symbol_end, opposite)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            start = program.get_start_offset(node)
            if program.slice_text(start, start + 4) == "not ":
                yield from program.make_mutants("operator", start, start + 4, "")


def _find_operations(node: ast.AST) -> Iterator[tuple[ast.AST, type[ast.AST], ast.AST]]:
    """Yield left side, operator and right side of what a node computes with two operands.

    Operators without an opposite are left out.
    """
    operations: list[tuple[ast.AST, ast.AST, ast.AST]] = []
    if isinstance(node, ast.BinOp):
        operations = [(node.left, node.op, node.right)]
    elif isinstance(node, ast.AugAssign):
        operations = [(node.target, node.op, node.value)]
    elif isinstance(node, ast.BoolOp):
        operations = [
            (left, node.op, right)
            for left, right in zip(node.values[:-1], node.values[1:], strict=True)
        ]
    elif isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
        operations = list(zip(operands[:-1], node.ops, operands[1:], strict=True))
    yield from (
        (a, type(operator), b)
        for a, operator, b in operations
        if type(operator) in OPPOSITE_OPERATORS
    )


def drop_statements(path: str, text: str) -> Iterator[Mutant]:
    """Replace a statement that contains no others by ``pass``."""
    program = _ParsedProgram(path, text)
    for node in program.nodes:
        if (
            isinstance(node, ast.stmt)
            and not isinstance(node, ast.Pass)
            and not _has_nested_statements(node)
        ):
            yield from program.make_mutants(
                "dropped line", program.get_start_offset(node), program.get_end_offset(node), "pass"
            )


def _has_nested_statements(node: ast.AST) -> bool:
    return any(
        isinstance(child, ast.stmt | ast.match_case)
        for child in ast.walk(node)
        if child is not node
    )


def swap_arguments(path: str, text: str) -> Iterator[Mutant]:
    """Swap two neighbouring positional arguments of a call."""
    program = _ParsedProgram(path, text)
    for node in program.nodes:
        if not isinstance(node, ast.Call) or _SYMMETRIC_FUNCTIONS.fullmatch(ast.unparse(node.func)):
            continue
        for left, right in zip(node.args[:-1], node.args[1:], strict=True):
            if isinstance(left, ast.Starred) or isinstance(right, ast.Starred):
                continue
            start, end = program.get_start_offset(left), program.get_end_offset(right)
            try:
                is_exact = all(
                    ast.dump(ast.parse(program.get_node_text(argument), mode="eval").body)
                    == ast.dump(argument)
                    for argument in (left, right)
                )
            except SyntaxError:
                is_exact = False
            if is_exact:
                gap = program.slice_text(
                    program.get_end_offset(left), program.get_start_offset(right)
                )
                after = program.get_node_text(right) + gap + program.get_node_text(left)
                yield from program.make_mutants("swapped argument", start, end, after)


def increment_digits(path: str, text: str) -> Iterator[Mutant]:
    """Change a digit of an output to the next."""
    for match in re.finditer(r"\d", text, re.ASCII):
        after = str((int(match[0]) + 1) % 10)
        line = text.count("\n", 0, match.start()) + 1
        mutated_text = text[: match.start()] + after + text[match.end() :]
        yield Mutant(path, line, "digit", match[0], after, mutated_text)


def remove_sections(page: Page) -> Iterator[Mutant]:
    """Remove a section: a heading other than the title, and all that stands under it."""
    headings = [heading for heading in parse_page(page).headings if heading.level > 1]
    lines = page.source.splitlines(keepends=True)
    for index, heading in enumerate(headings):
        next_lines = (
            following.line
            for following in headings[index + 1 :]
            if following.level <= heading.level
        )
        end_line = next(next_lines, len(lines) + 1)
        text = "".join(lines[: heading.line - 1] + lines[end_line - 1 :])
        yield Mutant(page.path, heading.line, "removed section", heading.title, "", text)


def rename_headings(page: Page) -> Iterator[Mutant]:
    """Rename a heading other than the title: its text and its id."""
    for heading in parse_page(page).headings:
        if heading.level > 1 and heading.id:
            after = f"{heading.title} 2 {{ #{heading.id}-2 }}"
            line = f"{'#' * heading.level} {after}"
            yield _replace_line(page, heading.line, "renamed heading", heading.title, after, line)


def break_links(page: Page) -> Iterator[Mutant]:
    """Break a link: change its fragment, or else its path, to one that is not there."""
    for link in parse_page(page).links:
        path, hash_sign, fragment = link.target.partition("#")
        after = f"{path}#{fragment}-gone" if fragment else f"{path}-gone{hash_sign}"
        line_before = page.source.splitlines()[link.line - 1]
        line = line_before.replace(f"]({link.target}", f"]({after}", 1)
        yield _replace_line(page, link.line, "broken link", link.target, after, line)


def replace_includes(page: Page) -> Iterator[Mutant]:
    """Replace an included program by Python code that is written in the page."""
    for fence in parse_page(page).fences:
        if fence.included_snippet:
            after = "import torch"
            yield _replace_line(
                page,
                fence.line + 1,
                "hand-written fence",
                fence.included_snippet,
                after,
                fence.indent + after,
            )


def increment_table_numbers(page: Page) -> Iterator[Mutant]:
    """Change the last digit of a number in a table to the next."""
    lines = page.source.splitlines()
    for cell in parse_table_cells(page):
        for match in NUMBER_PATTERN.finditer(cell.text):
            after = match[0][:-1] + str((int(match[0][-1]) + 1) % 10)
            start, line = cell.column + match.start(), lines[cell.line - 1]
            line = line[:start] + after + line[start + len(after) :]
            yield _replace_line(page, cell.line, "changed number", match[0], after, line)


def _replace_line(page: Page, number: int, kind: str, before: str, after: str, line: str) -> Mutant:
    lines = page.source.splitlines(keepends=True)
    lines[number - 1] = f"{line}\n"
    return Mutant(page.path, number, kind, before, after, "".join(lines))


def _shorten_text(text: str) -> str:
    first_line, _, rest = text.partition("\n")
    return f"{first_line} …" if rest else first_line
