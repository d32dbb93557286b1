from __future__ import annotations

import pytest

from asrun.base.errors import FigureError, RunError, SnippetError
from asrun.execution.result import Run, Skipped
from asrun.pages.snippet_block import ExpectedOnly, build_snippet_block, choose_content
from asrun.verification.record import Environment, Verdict

CPU = Environment("2.14.1", None, "3.11", "CPU", "Linux x86_64")
GPU = Environment("2.14.1", None, "3.11", "NVIDIA H100", "Linux x86_64")
EQUAL = Verdict("equal", "2026-11-25T10:00Z")
OTHER = Verdict("other", "2026-11-25T10:00Z", "prints 3")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt" viewBox="0 0 10 10"/>'
FIGURE = "# figure.zh: 图\n# figure.en: A picture.\n"


class TestWhatAPageMayShow:
    def test_a_run_or_its_failure_before_all_else(self, snippet):
        program = snippet("print(1)\n")
        error = RunError(program.locate_line(), "raises", "Mend it.")
        assert choose_content(program, Run("1\n"), "2\n") == Run("1\n")
        assert choose_content(program, error, "2\n") is error

    def test_the_committed_output_where_nothing_ran(self, snippet):
        program = snippet("print(1)\n")
        assert choose_content(program, None, "1\n") == ExpectedOnly("1\n")
        assert choose_content(program, None, "1\n", {}) == ExpectedOnly("1\n")

    def test_neither_run_nor_output_is_a_failure(self, snippet):
        content = choose_content(snippet("print(1)\n"), None, None)
        assert isinstance(content, RunError)
        assert str(content).startswith("snippets/a/one.py:1: not run, and no output is recorded.")

    @pytest.mark.parametrize(
        ("verdicts", "output"),
        [(None, "1\n"), ({}, ""), ({GPU: EQUAL}, "1\n")],
        ids=["nobody records verdicts", "no verdict on this text", "proven elsewhere"],
    )
    def test_the_output_of_what_cannot_run_here_only_if_it_is_this_texts(
        self, snippet, verdicts, output
    ):
        program = snippet("print(1)\n", "# needs: cuda\n")
        content = choose_content(program, Skipped("cuda"), "1\n", verdicts)
        assert content == ExpectedOnly(output, "cuda")

    def test_what_was_never_recorded_says_what_it_needs(self, snippet):
        program = snippet("print(1)\n", "# needs: network\n")
        assert choose_content(program, Skipped("network"), None) == ExpectedOnly("", "network")


class TestABlock:
    def test_a_run_comes_with_its_figures_and_where_it_was_verified(self, snippet):
        program = snippet("print(1)\n", FIGURE)
        run = Run("1\n", plots=(SVG,))
        block = build_snippet_block(program, run, "en", {CPU: EQUAL, GPU: OTHER})
        assert block.output == "1\n"
        (figure,) = block.figures
        assert figure.startswith('<figure class="plot" role="img" aria-label="A picture."')
        assert block.verified_environments == {CPU: EQUAL}

    def test_a_committed_output_has_a_gap_for_each_figure(self, snippet):
        program = snippet("print(1)\n", "# needs: cuda\n" + FIGURE)
        block = build_snippet_block(program, ExpectedOnly("1\n", "cuda"), "zh")
        assert (block.figures, block.missing_requirement) == ((None,), "cuda")

    def test_a_failure_shows_the_program_and_what_is_wrong(self, snippet):
        program = snippet("print(1)\n", FIGURE)
        error = RunError(program.locate_line(), "raises", "Mend it.")
        block = build_snippet_block(program, error, "en", {CPU: EQUAL})
        assert (block.output, block.figures, block.failure) == ("", (), str(error))
        assert block.verified_environments == {}
        assert block.code.text == "# Summary.\nprint(1)\n"

    def test_a_figure_that_no_page_can_hold_is_told_at_its_alt_text(self, snippet):
        program = snippet("print(1)\n", FIGURE)
        with pytest.raises(FigureError, match=r"snippets/a/one\.py:2: what matplotlib drew"):
            build_snippet_block(program, Run("1\n", plots=("<html/>",)), "en")

    def test_a_program_too_wide_for_a_page_is_refused(self, snippet):
        with pytest.raises(SnippetError, match="columns wide"):
            build_snippet_block(snippet(f"x = '{'x' * 90}'\n"), Run("1\n"), "en")
