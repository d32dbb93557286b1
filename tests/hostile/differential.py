"""The differential test: the engine's two ways against what ``python FILE`` shows in a terminal.

What is compared, for each program and each way (fast, plain):

- the engine's side is `Run.output`, what the page shows below the program: all that went to
  standard output and, where it says ``# raises:``, the exception's own lines as the end of it;
- the standard is `Standard.text`: what the terminal showed, in its order, with the traceback of
  the exception that ended the program cut down to the exception's own lines.

"Own lines" is what the interpreter wrote below the last frame: type, message, notes, suggestions;
of a SyntaxError its file, line and caret, too; of a group its members, in their frame of dashes; of
``sys.exit("text")`` the text; of ``sys.exit(3)`` nothing. Earlier exceptions of a chain, the words
``Traceback (most recent call last):`` and what they head are left out, as on the page. Nothing else
is forgiven: no blank, no order, no newline.

A program is

- ``agreed`` where the two are the same;
- ``refused`` where the engine refuses by a rule of `RULES`, and what the rule says is true of the
  native runs: that a program "writes to stderr" must be seen there, and so on. Any rule will do
  where a program must be refused: two native runs differ, it shows the path of its folder, or
  standard error holds more than the exception that ends it. The same where a terminal and a pipe
  show different things, but not for `NEEDED_KINDS`;
- ``disagreed`` otherwise: another text, a refusal that is not true or by no stated rule, a program
  that must be refused and was let through.
"""

from __future__ import annotations

import difflib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from unittest import mock

from asrun.base.errors import AsrunError, RunError
from asrun.execution.result import Result, Run, Skipped
from asrun.execution.runner import Runner
from hostile.corpus import Program
from hostile.native import Native, Standard

WAYS = ("fast", "plain")
MOST_REFUSED = 0.15
# Kinds that may be refused only where the program itself leaves nothing else.
NEEDED_KINDS = ("annotations", "classes", "main_module", "ends", "exceptions", "exits", "plots")


@dataclass(frozen=True)
class Rule:
    """A rule by which the engine may refuse.

    Its message holds ``says``, which CONTRIBUTING explains; ``is_true`` looks at the native runs.
    """

    says: str
    is_true: Callable[[Program, Standard, Native], bool]

    def has_written(self, message: str) -> bool:
        """Say whether a message of the engine is this rule's."""
        return re.search(rf"(^|: ){re.escape(self.says)}\b", message) is not None


def _warns(program: Program, _: Standard, native: Native) -> bool:
    return native.shows_warnings(program)


def _varies(_: Program, standard: Standard, __: Native) -> bool:
    return not standard.is_same_in_pipe


def _raises_undeclared(program: Program, standard: Standard, _: Native) -> bool:
    ends_itself = re.search(r"exit\(|SystemExit", program.code)
    return program.expected_exception is None and bool(standard.exception or ends_itself)


def _leaves_its_last_line_open(_: Program, standard: Standard, __: Native) -> bool:
    return not standard.text.endswith("\n")


def _ends_without_finalizing(program: Program, standard: Standard, _: Native) -> bool:
    return re.search(r"_exit\(|os\.exec|os\.abort|os\.kill", program.code) is not None


# A new rule of the engine gets a line here and a row in CONTRIBUTING's table of messages.
RULES = (
    Rule("prints something else on a second run", _varies),
    Rule("warns", _warns),
    Rule("writes to stderr", _warns),
    Rule("raises", _raises_undeclared),
    Rule("ended the interpreter", _ends_without_finalizing),
    Rule("crashed the interpreter", _ends_without_finalizing),
    Rule("a figure is drawn and not shown", lambda p, _, __: "plt.show()" not in p.code),
    Rule("prints nothing and draws nothing", lambda _, standard, __: not standard.text),
    Rule("its output does not end with a newline", _leaves_its_last_line_open),
)


@dataclass(frozen=True)
class Verdict:
    """What came of one program in one way."""

    program: Program
    way: str
    outcome: str
    detail: str
    standard: Standard

    def __str__(self) -> str:
        return f"{self.way} {self.program.path}: {self.outcome}: {self.detail}"


def compare_programs(programs: Iterable[Program], native: Native) -> list[Verdict]:
    """Run programs in all four ways and say what came of each, in both ways of the engine."""
    programs = list(programs)
    standards = {program.path: native.observe(program) for program in programs}
    verdicts = []
    for way in WAYS:
        results = run_by_engine(programs, plain=way == "plain")
        for program in programs:
            standard, result = standards[program.path], results[program.path]
            outcome, detail = judge(program, standard, result, native, way)
            verdicts.append(Verdict(program, way, outcome, detail, standard))
    return verdicts


def run_by_engine(programs: Iterable[Program], *, plain: bool) -> dict[str, Result | AsrunError]:
    """Return the engine's result for each program.

    The engine starts in an environment of three variables. What else is set on this machine
    (PYTHONUNBUFFERED, say) would be let through to the programs and hide what they do.
    """
    results: dict[str, Result | AsrunError] = {}
    snippets = []
    for program in programs:
        try:
            snippets.append(program.parse())
        except AsrunError as error:
            results[program.path] = error
    names = ("PATH", "HOME")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    with (
        mock.patch.dict(os.environ, environment | {"LANG": "C.UTF-8"}, clear=True),
        Runner(plain=plain, seconds=20) as runner,
    ):
        results |= {snippet.name: result for snippet, result in runner.run_snippets(snippets)}
    return results


def judge(
    program: Program, standard: Standard, result: Result | AsrunError, native: Native, way: str
) -> tuple[str, str]:
    """Return the outcome and, where it is not ``agreed``, the rule or what is wrong."""
    if isinstance(result, Run):
        return _judge_run(program, standard, result, way)
    if isinstance(result, Skipped):
        return "disagreed", f"was not run: needs {result.requirement}"
    message = str(result) if isinstance(result, RunError) else f"no snippet: {result}"
    rule = next((rule for rule in RULES if rule.has_written(message)), None)
    if rule is None:
        return "disagreed", f"is refused by no stated rule: {message}"
    if find_reason_to_refuse(program, standard) or rule.is_true(program, standard, native):
        return "refused", rule.says
    if program.kind not in NEEDED_KINDS and not standard.is_same_in_pipe:
        return "refused", f"{rule.says}, and a pipe differs"
    return "disagreed", f"is refused, and that is not so: {message}"


def find_reason_to_refuse(program: Program, standard: Standard) -> str | None:
    """Return why a program must be refused, by whatever rule."""
    if program.varies:
        return f"it varies: {program.varies}"
    if not standard.is_stable:
        return "two runs of `python FILE` differ"
    if standard.names_its_folder:
        return "it shows the path of the folder where it ran"
    if standard.beyond:
        return f"stderr says: {standard.beyond.strip()}"
    return None


def _judge_run(program: Program, standard: Standard, run: Run, way: str) -> tuple[str, str]:
    if reason := find_reason_to_refuse(program, standard):
        return "disagreed", f"is let through, though {reason}"
    if run.output != standard.text:
        return "disagreed", f"shows another text:\n{show_difference(standard.text, run.output)}"
    if way == "fast" and len(run.plots) != program.figures:
        return "disagreed", f"{len(run.plots)} figures, not {program.figures}"
    return "agreed", "" if standard.is_same_in_pipe else "with the terminal; a pipe differs"


def show_difference(expected: str, actual: str) -> str:
    """Return a diff in which every character can be seen."""
    before, after = (
        [ascii(line)[1:-1] for line in text.splitlines(keepends=True)]
        for text in (expected, actual)
    )
    lines = difflib.unified_diff(before, after, "python FILE", "the engine", n=1, lineterm="")
    return "\n".join(f"    {line}" for line in lines)


def count_outcomes(verdicts: Iterable[Verdict]) -> dict[str, Counter[str]]:
    """Return how many programs agreed, were refused and disagreed, by way."""
    counts = {way: Counter[str]() for way in WAYS}
    for verdict in verdicts:
        counts[verdict.way][verdict.outcome] += 1
    return counts


def describe_totals(verdicts: list[Verdict]) -> Iterator[str]:
    """Yield a line for each way: its totals, and how many each rule refused."""
    for way, counts in count_outcomes(verdicts).items():
        rules = Counter(v.detail for v in verdicts if v.way == way and v.outcome == "refused")
        by_rule = ", ".join(f"{name} {count}" for name, count in rules.most_common())
        yield (
            f"{way}: {counts['agreed']} agreed, {counts['refused']} refused ({by_rule}), "
            f"{counts['disagreed']} disagreed, of {counts.total()}"
        )
