"""What a table can say about a program, on a program that is made up."""

from __future__ import annotations

import pytest

from mcp_server.bash.programs import tables
from mcp_server.bash.programs.program import READS, Program
from tests.bash.reads import Reads


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> dict[str, Program]:
    """Where a test puts what the table says of `tool`."""
    entry: dict[str, Program] = {}
    monkeypatch.setattr(tables, "find", entry.get)
    return entry


@pytest.mark.parametrize(
    ("targets", "arguments", "paths"),
    [
        ("-o --output", "-o docs/a --output=docs/b", ["docs/a", "docs/b"]),
        ("-o", "-odocs/a", ["docs/a"]),
        ("-out", "-out docs/a", ["docs/a"]),
        ("-o|docs/b", "", ["docs/b"]),
        ("-o|docs/b", "-o docs/a", ["docs/a"]),
        ("-o|@1", "docs/b docs/c", ["docs/b"]),
        ("@2", "docs/a", []),
        ("@2", "docs/a docs/b docs/c", ["docs/b"]),
        ("@2*", "docs/a docs/b docs/c", ["docs/b", "docs/c"]),
        ("@-1", "docs/a docs/b", ["docs/b"]),
        ("@-1", "docs/a", []),
        ("@*%.js", "docs/a.ts src/b.ts", ["docs/a.js", "src/b.js"]),
        ("./@*%.o", "docs/a.c src/b.c", ["a.o", "b.o"]),
        ("-f+.pub", "-f docs/k", ["docs/k.pub"]),
        ("@1+*", "docs/part", ["docs/part*"]),
        ("@*/../", "src/auth/login.py", ["src/auth/**"]),
        ("-d/", "-d docs/new", ["docs/new", "docs/new/**"]),
        ("docs/a!--frozen!-f", "", ["docs/a"]),
        ("docs/a!--frozen!-f", "-f", []),
        ("docs/a?-M", "", []),
        ("docs/a?-M", "-M", ["docs/a"]),
        ("@*", "- docs/a", ["docs/a"]),
        ("docs/a", "--help", []),
        ("docs/a", "--dry-run", []),
        ("^README.md", "", ["README.md"]),
        ("^README.md>docs/b", "", ["docs/b"]),
        ("^nowhere.toml>docs/c", "", ["docs/c"]),
    ],
)
def test_targets_name_what_is_written(
    tool: dict[str, Program], reads: Reads, targets: str, arguments: str, paths: list[str]
) -> None:
    tool["tool"] = Program(targets)
    assert reads.known(f"tool {arguments}") == paths


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ("docs/api.md", []),
        ("--fix docs/api.md", ["docs/api.md"]),
        ("--fix --check docs/api.md", []),
        ("--fix -- docs/api.md --check", []),
        ("--fix -o docs/r docs/api.md", ["docs/api.md", "docs/r"]),
        ("-o docs/r docs/api.md", ["docs/r"]),
        ("--fix docs/nothing", []),
        ("--fix --settings notes.txt docs/api.md", ["docs/api.md"]),
    ],
)
def test_options_switch_rewriting_on_and_off(
    tool: dict[str, Program], reads: Reads, arguments: str, paths: list[str]
) -> None:
    tool["tool"] = Program("-o", rewrites="md", only="--fix", unless="--check")
    assert reads.known(f"tool {arguments}") == paths


def test_possible_targets_are_written_whatever_the_options_are(tool: dict[str, Program], reads: Reads) -> None:
    tool["tool"] = Program(possible="docs/lock --cache/|.cache/", only="--fix", rewrites="md")
    assert reads.possible("tool docs/api.md") == [".cache/**", "docs/lock"]
    assert reads.known("tool docs/api.md") == []
    assert reads.possible("tool --version") == []


def test_a_possible_target_that_an_option_names_is_certain(tool: dict[str, Program], reads: Reads) -> None:
    tool["tool"] = Program(possible="docs/lock --cache/|.cache/", only="--fix", rewrites="md")
    assert reads.known("tool --cache docs/c --fix docs/api.md") == ["docs/api.md", "docs/c", "docs/c/**"]
    assert reads.possible("tool --cache docs/c --fix docs/api.md") == ["docs/lock"]


def test_an_option_of_whole_words_is_never_taken_for_letters(tool: dict[str, Program], reads: Reads) -> None:
    tool["tool"] = Program("-o", whole=True, valued="-run")
    assert reads.known("tool -foo=x -run -o --o docs/a") == ["docs/a"]


@pytest.mark.parametrize(
    ("entry", "arguments", "instead"),
    [
        (Program(rewrites="md", only="-w"), "-w docs", "For your own paths: tool -w {paths}"),
        (Program(rewrites="md", paths="@*|."), "--wrap=3", "For your own paths: tool --wrap=3 {paths}"),
        (Program(rewrites="md"), "docs/api.md", ""),
        (Program("docs/x", instead="Use less"), "", "Use less"),
    ],
)
def test_a_write_has_the_form_of_its_command_for_other_paths(
    tool: dict[str, Program], reads: Reads, entry: Program, arguments: str, instead: str
) -> None:
    tool["tool"] = entry
    assert {write.instead for write in reads(f"tool {arguments}").writes} == {instead}


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ("", []),
        ("build", ["docs/b"]),
        ("--file x build", ["docs/b"]),
        ("make", ["docs/b"]),
        ("add one docs/two", ["docs/two"]),
        ("other docs/x", ["docs/other"]),
        ("group list", []),
        ("group write", ["docs/g"]),
        ("-C src where", ["src/here"]),
        ("where -C src", ["src/here"]),
        ("--check build", []),
    ],
)
def test_subcommands_modes_and_directories_lead_to_their_own_entry(
    tool: dict[str, Program], reads: Reads, arguments: str, paths: list[str]
) -> None:
    tool["tool"] = Program(
        valued="--file",
        directory="-C",
        modes={"--check": READS},
        subcommands={
            "": READS,
            "build make": Program("docs/b"),
            "add": Program("@2"),
            "where": Program("here"),
            "group": Program(subcommands={"list": READS, "write": Program("docs/g")}),
        },
        otherwise=Program("docs/other"),
    )
    assert reads.known(f"tool {arguments}") == paths


def test_a_wrapper_runs_its_operands_after_its_own(tool: dict[str, Program], reads: Reads) -> None:
    tool["tool"] = Program("-o", wraps=1, valued="-k")
    assert reads.known("tool -k 5 -o docs/o 10 touch -c docs/api.md docs/x") == ["docs/api.md", "docs/o"]


@pytest.mark.parametrize(
    ("entry", "arguments", "unknown"),
    [
        (Program(runs="*"), "", True),
        (Program(runs="*", unless="--list"), "--list", False),
        (Program(runs="*", prints="-l"), "-l x", False),
        (Program(runs="*", prints="-l"), "x -l", True),
        (Program(runs="*"), "--version", False),
        (Program(runs="*"), "x --version", True),
        (Program(runs="--filter"), "--filter x", True),
        (Program(runs="--filter"), "x", False),
        (Program(unknown=True), "", True),
    ],
)
def test_running_code_makes_the_reading_unknown(
    tool: dict[str, Program], reads: Reads, entry: Program, arguments: str, unknown: bool
) -> None:
    tool["tool"] = entry
    assert reads(f"tool {arguments}").unknown is unknown


def test_the_message_names_the_subcommand(tool: dict[str, Program], reads: Reads) -> None:
    tool["tool"] = Program(subcommands={"build": Program(runs="*")})
    assert reads("tool build").why == ["`tool build` runs code that may write anything."]
