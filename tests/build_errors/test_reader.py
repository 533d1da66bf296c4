"""What counts as an error and in which file; and that any text can be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.build_errors import general, screen
from mcp_server.build_errors.invocation import Invocation
from mcp_server.build_errors.output import PATIENCE, Output
from mcp_server.build_errors.reader import may_report_errors, read
from mcp_server.build_errors.reading import LONGEST_LINE, MOST_LINES
from mcp_server.build_errors.tools import table
from tests.build_errors.trees import ROOT, NamedTree, blamed, report

FILES = ["src/a.py", "src/b.py", "lib/a.c", "Makefile", "package.json"]


def test_an_error_is_reported_with_the_line_that_says_so() -> None:
    read_ = report("src/a.py:3: error: bad\nsrc/b.py:4: note: see\n", FILES, command="mypy src")
    assert read_.files == {"src/a.py": ["src/a.py:3: error: bad"]}
    assert read_.tool == "mypy"


def test_warnings_and_notes_are_no_errors() -> None:
    assert blamed("lib/a.c:1:2: warning: unused\nlib/a.c:1:2: note: here\nmake: *** [x] Error 1", FILES) == []


@pytest.mark.parametrize("command", ["eslint --max-warnings 0 src", "sphinx-build -W docs out", "swiftlint --strict"])
def test_warnings_are_errors_if_the_command_says_so(command: str) -> None:
    assert blamed("src/a.py:1:2: warning: unused", FILES, command=command) == ["src/a.py"]


def test_a_location_without_a_severity_is_an_error_only_in_a_failed_run() -> None:
    assert blamed("src/a.py:1:1: F401 unused import", FILES) == ["src/a.py"]
    assert blamed("src/a.py:1:1: F401 unused import", FILES, exit_code=0) == []


def test_an_error_is_reported_even_if_a_pipe_hid_the_exit_code() -> None:
    assert blamed("src/a.py:1: error: bad", FILES, command="mypy src | tee log", exit_code=0) == ["src/a.py"]


@pytest.mark.parametrize("command", ["grep -rn error src", "git log | head", "cat src/a.py && ls"])
def test_a_command_that_only_displays_text_reports_nothing(command: str) -> None:
    assert blamed("src/a.py:3: error: bad", FILES, command=command) == []


@pytest.mark.parametrize("command", ["git commit -m x", "make 2>&1 | grep error", "awk -f src/a.py"])
def test_a_command_that_starts_other_programs_is_read(command: str) -> None:
    assert blamed("src/a.py:3: error: bad", FILES, command=command) == ["src/a.py"]


def test_a_file_that_is_not_in_the_repository_is_not_reported() -> None:
    assert blamed("src/gone.py:3: error: bad\n/usr/include/a.c:3: error: bad", FILES) == []


def test_one_of_several_files_of_the_same_name_is_not_guessed() -> None:
    assert blamed("a.py:3: error: bad", ["x/a.py", "y/a.py"]) == []
    assert blamed("a.py:3: error: bad", ["x/a.py", "y/b.py"]) == ["x/a.py"]


def test_the_quoted_source_tells_files_of_the_same_name_apart() -> None:
    files = {"x/a.c": "int one;\nint two;\n", "y/a.c": "int one;\nreturn RC }\n"}
    assert blamed("a.c:2:5: error: bad\n    2 | return RC }\n", files) == ["y/a.c"]


def test_the_directory_that_the_command_enters_comes_first() -> None:
    files = ["a.py", "web/a.py"]
    assert blamed("a.py:3: error: bad", files, command="cd web && mypy a.py") == ["web/a.py"]
    assert blamed("a.py:3: error: bad", files, command="mypy a.py", cwd=f"{ROOT}/web") == ["web/a.py"]
    assert blamed("a.py:3: error: bad", files, command="mypy a.py") == ["a.py"]


def test_the_directory_that_make_announces_is_used() -> None:
    output = f"make[1]: Entering directory '{ROOT}/web'\na.py:3: error: bad\nmake[1]: Leaving directory '{ROOT}/web'\n"
    assert blamed(output, ["a.py", "web/a.py"]) == ["web/a.py"]


def test_windows_paths_are_understood() -> None:
    output = "C:\\Users\\dev\\acme\\src\\a.py(3,5): error X1: bad"
    assert blamed(output, FILES, root="C:\\Users\\dev\\acme", cwd="C:\\Users\\dev\\acme") == ["src/a.py"]


def test_paths_with_spaces_and_brackets_are_understood() -> None:
    files = ["app/[id]/page.tsx", "my files/a.ts"]
    assert blamed("app/[id]/page.tsx:3:5: error: bad", files) == ["app/[id]/page.tsx"]
    assert blamed("my files/a.ts(3,5): error TS1: bad", files) == ["my files/a.ts"]
    spaced = "/home/dev/my project"
    assert blamed(f"{spaced}/src/a.py:3: error: bad", FILES, root=spaced, cwd=spaced) == ["src/a.py"]


def test_colours_and_progress_do_not_hide_an_error() -> None:
    output = "\x1b[1msrc/a.py\x1b[0m:3: \x1b[31merror:\x1b[0m bad\r10%\r100%\rsrc/b.py:4: error: worse\r\n"
    assert blamed(output, FILES) == ["src/a.py", "src/b.py"]


def test_an_output_that_the_client_cut_is_read_on_both_sides() -> None:
    output = "src/a.py:3: error: bad\n... [5000 characters truncated] ...\n/b.py:9: err\nsrc/b.py:4: error: worse"
    assert blamed(output, FILES) == ["src/a.py", "src/b.py"]


def test_a_trace_counts_for_the_innermost_file_of_the_repository() -> None:
    trace = (
        "Error: bad\n    at f (/home/dev/acme/node_modules/x/src/a.py:1:2)\n"
        "    at g (/home/dev/acme/src/a.py:1:2)\n    at h (/home/dev/acme/src/b.py:1:2)\n"
    )
    assert blamed(trace, FILES) == ["src/a.py"]


def test_several_tools_are_read_in_one_output() -> None:
    output = (
        "src/a.py:1:1: E501 line too long\nlib/a.c:3:1: error: expected ';'\n"
        'Traceback (most recent call last):\n  File "src/b.py", line 3, in f\n    x\nNameError: x\n'
    )
    assert blamed(output, FILES) == ["lib/a.c", "src/a.py", "src/b.py"]


def test_only_a_few_lines_are_kept_for_a_file_with_many_errors() -> None:
    files = report("\n".join(f"src/a.py:{n}: error: {'bad' * 200}" for n in range(1, 90)), FILES).files
    assert len(files["src/a.py"]) == MOST_LINES
    assert max(map(len, files["src/a.py"])) <= LONGEST_LINE


@pytest.mark.parametrize(
    "output", ["", "\x00", "\ud800:3: error: x", "\x1b", "\x1b[", ":1", "(1)", "line 1", "\n" * 99]
)
def test_garbage_reports_nothing(output: str) -> None:
    assert blamed(output, FILES) == []
    assert report(output, FILES, command="\ud800 '\"", exit_code=None, cwd="").files == {}


def test_both_ends_of_a_very_long_output_are_read() -> None:
    output = "src/a.py:3: error: bad\n" + "x\n" * screen.ENDS * 2 + "src/b.py:3: error: bad\n"
    assert blamed(output, FILES) == ["src/a.py", "src/b.py"]
    assert len(screen.ends(output)) <= 2 * screen.ENDS + 1


def test_a_file_that_is_named_often_is_searched_for_once() -> None:
    tree = NamedTree(FILES)
    read("nowhere.py:3: error: bad\n" * 500, command="make", exit_code=1, cwd=ROOT, tree=tree)
    assert tree.searches == 1


@pytest.mark.parametrize("line", [" src/a.py\n", "--- FAIL: x\n    a_test.go:3: y\n"])
def test_the_number_of_lines_looked_ahead_at_is_bounded(line: str) -> None:
    tree = NamedTree(FILES)
    output = Output((line * 3_000).split("\n"), Invocation("make", "", tree), "", tree, failed=True)
    table.read(output, line)
    general.read(output)
    assert 0 <= output.patience < PATIENCE


def test_a_successful_run_that_mentions_no_error_is_skipped() -> None:
    assert not may_report_errors("10 passed in 0.1s\n", 0)
    assert may_report_errors("1 failed\n", 0)
    assert may_report_errors("anything", 1)
    assert not may_report_errors("", 1)


PIECES = st.sampled_from(
    [
        *FILES,
        ":",
        ":1",
        ":1:2",
        "(1,2)",
        "[1]",
        " line 3",
        '", line 3',
        'File "',
        "at ",
        " from ",
        "error",
        "warning",
        "\n",
        "\r",
        "\x1b[31m",
        "\x1b]8;;",
        "{",
        '{"file": "',
        "[",
        "]",
        "}",
        "=== FAILURES ===\n",
        "____ x ____\n",
        "FAIL ",
        "not ok ",
        "  ---\n",
        "goroutine 1 [running]:\n",
        "undefined reference to",
        ">>> ",
        "--> ",
        " | ",
        "<checkstyle",
        '<file name="',
        "+++ ",
        "--- ",
        "--- FAIL\n",
        "FAIL\t",
        "| FAIL |",
        '(file "',
        "Caused by:\n",
        "......",
        "'",
        '"',
        "\\",
        "..",
        "/",
        "\ud800",
        " ",
        "  ",
        "\t",
        "::",
        "#",
        "*** ",
        "CMake Error",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=60), st.sampled_from([None, 0, 1]), st.text(max_size=40))
def test_any_text_can_be_read_and_only_files_of_the_repository_are_named(
    pieces: list[str], exit_code: int | None, command: str
) -> None:
    files = report("".join(pieces), FILES, command=command, exit_code=exit_code).files
    assert set(files) <= set(FILES)


@settings(max_examples=150)
@given(st.text(max_size=400))
def test_text_that_names_no_file_reports_none(text: str) -> None:
    assert blamed(text, ["some/where/far/off.xyz"]) == []
