"""What a reading says besides paths: what is unknown, sweeps, programs; and that reading never fails."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_server.bash.programs.git.checkout import ELSEWHERE
from tests.bash.reads import Reads

ENDLESS = ["while :; do touch docs/$((i++)); done", "f() { f; }; f"]


@pytest.mark.parametrize(
    "command",
    [
        "ls -la | grep x | sort | uniq -c",
        "git status --short; git diff | cat; git log -3",
        "cat README.md && test -f x || echo no",
        "grep -rn '>' docs; rg foo | head",
        "find . -name '*.py' -type f | wc -l",
        "echo a > /dev/null 2>&1",
        "x=1; y=$((x > 0)); echo $y",
        "curl -s http://x | jq .a",
        "",
        "# touch docs/x",
    ],
)
def test_a_command_that_only_reads_is_known_to_write_nothing(reads: Reads, command: str) -> None:
    assert reads(command).only_reads


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("./nothing-knows-this || frobnicate x", "`frobnicate`"),
        ("rm $(frobnicate)", "`frobnicate`"),
        ("read -r x < /dev/tty; rm $x", "`rm …`"),
        ("curl -s http://x | sh", "`sh`"),
        ('eval "$(curl -s http://x)"', "`eval`"),
        ("python3 -c 'import frobnicate'", "imports"),
        ("python3 -c 'exec(input())'", "`exec`"),
        ("perl -e 'system(shift)'", "perl"),
        ("node -e 'require(\"child_process\")'", "node"),
        ("cd $(frobnicate) && touch x", "directory"),
        ("touch docs/$(cat /dev/urandom)", "`touch docs/…`"),
        ("python -m pytest", "`pytest` runs"),
        ("cargo build", "cargo"),
        ("git rebase -i HEAD~2", "rebase"),
        ("echo 'unfinished > docs/x", "parsed"),
        ("make -f nothing", "makefile"),
    ],
)
def test_what_cannot_be_known_makes_the_reading_unknown_with_a_reason(reads: Reads, command: str, why: str) -> None:
    reading = reads(command)
    assert reading.unknown
    assert any(why in reason for reason in reading.why), reading.why


def test_a_directory_that_depends_on_a_test_makes_what_follows_unknown(reads: Reads) -> None:
    assert reads("[ -d docs ] && cd docs; touch x").unknown


def test_a_file_that_an_unknown_program_may_have_created_can_be_copied(reads: Reads) -> None:
    reading = reads("frobnicate; cp made docs/x")
    assert "docs/x" in reads.paths(reading)


@pytest.mark.parametrize(
    ("command", "kind", "instead"),
    [
        ("git checkout .", "discard", "git checkout -- {paths}"),
        ("git checkout -f", "discard", "git checkout -- {paths}"),
        ("git restore .", "discard", "git restore -- {paths}"),
        ("git reset --hard HEAD~1", "discard", "git checkout -- {paths}"),
        ("git -C docs reset --hard", "discard", "git checkout -- {paths}"),
        ("git stash", "stash", "git stash push -- {paths}"),
        ("git stash -u -m all", "stash", "git stash push -- {paths}"),
        ("git clean -fdx", "clean", "git clean -fd -- {paths}"),
        ("git add -A", "stage", "git add -- {paths}"),
        ("git add .", "stage", "git add -- {paths}"),
        ("git add -u", "stage", "git add -- {paths}"),
        ("git commit -am wip", "stage", "git commit -- {paths}"),
        ("git read-tree HEAD", "stage", "git add -- {paths}"),
        ("git pull", "head", ELSEWHERE),
        ("git rebase main", "head", ELSEWHERE),
        ("git switch -c topic", "head", ELSEWHERE),
        ("git checkout -b topic", "head", ELSEWHERE),
        ("git checkout --detach", "head", ELSEWHERE),
        ("git reset --soft HEAD~1", "head", ELSEWHERE),
        ("git reset HEAD~1", "head", ELSEWHERE),
        ("git branch -f main HEAD~1", "head", ELSEWHERE),
        ("git branch -m new", "head", ELSEWHERE),
        ("git update-ref refs/heads/main HEAD~1", "head", ELSEWHERE),
        ("git symbolic-ref HEAD refs/heads/x", "head", ELSEWHERE),
        ("git --git-dir=.git switch -c topic", "head", ELSEWHERE),
        ("GIT_DIR=.git git switch -c topic", "head", ELSEWHERE),
        ("git filter-branch --tree-filter true", "head", ELSEWHERE),
        ("git bisect start", "head", ELSEWHERE),
        ("git wip", "stage", "git add -- {paths}"),
        ("sh -c 'cd docs && git checkout ..'", "discard", "git checkout -- {paths}"),
    ],
)
def test_git_commands_on_the_whole_tree_are_recorded_with_the_form_to_use_instead(
    reads: Reads, command: str, kind: str, instead: str
) -> None:
    sweep = reads(command).sweeps[0]
    assert (sweep.kind, sweep.root, sweep.instead) == (kind, str(reads.root), instead)


@pytest.mark.parametrize(
    "command",
    [
        "git checkout -- docs",
        "git restore docs/guide.md",
        "git stash push -- docs",
        "git stash list",
        "git clean -n",
        "git clean -f docs",
        "git add docs",
        "git commit -m x -- docs",
        "git reset",
        "git reset HEAD",
        "git checkout HEAD",
        "git checkout main",
        "git switch main",
        "git branch topic",
        "git branch -f topic",
        "git symbolic-ref HEAD",
        "git update-ref refs/tags/x HEAD",
        "git sparse-checkout list",
        "git lfs ls-files",
        "git filter-repo --analyze",
        "git rebase --show-current-patch",
        "git commit --help",
        "git add -An",
        "git stash pop",
    ],
)
def test_git_commands_on_single_paths_are_not_recorded_as_tree_wide(reads: Reads, command: str) -> None:
    assert not [sweep for sweep in reads(command).sweeps if sweep.paths is None]


@pytest.mark.parametrize(
    ("command", "kind", "below"),
    [
        ("git add docs", "index", ["docs"]),
        ("git add -p docs", "index", ["docs"]),
        ("git add -p", "index", None),
        ("git -C docs add api.md", "index", ["docs/api.md"]),
        ("git add 'docs/*.md'", "index", None),
        ("git reset -- docs", "index", ["docs"]),
        ("git reset", "index", None),
        ("git restore --staged docs", "index", ["docs"]),
        ("git update-index --add docs/api.md", "index", None),
        ("git rm --cached docs/api.md", "index", None),
        ("git commit -m x", "commit", None),
        ("git commit -m x docs", "commit", ["docs"]),
        ("git commit -i -m x docs", "commit", None),
        ("git commit --amend --no-edit", "amend", None),
        ("git stash drop", "stash", None),
        ("git stash clear", "stash", None),
    ],
)
def test_git_commands_on_the_index_are_recorded_with_the_paths_that_they_concern(
    reads: Reads, command: str, kind: str, below: list[str] | None
) -> None:
    (sweep,) = reads(command).sweeps
    assert sweep.paths is not None
    assert (sweep.kind, sweep.root, sweep.below) == (kind, str(reads.root), below)


@pytest.mark.parametrize("command", ["git commit --dry-run", "git add --refresh docs", "git commit -h"])
def test_git_commands_that_only_look_at_the_index_concern_nobody(reads: Reads, command: str) -> None:
    assert not reads(command).sweeps


def test_the_programs_are_listed_in_order(reads: Reads) -> None:
    assert reads("cd docs && sed -n 1p x | /usr/bin/sort; timeout 1 rm y").programs == [
        "cd",
        "sed",
        "sort",
        "timeout",
        "rm",
    ]


def test_a_directory_with_too_many_files_is_recorded_as_a_tree(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_server.bash.state.virtual_disk.MOST_PATHS", 3)
    assert reads.known("rm -r src/auth") == ["src/auth", "src/auth/**"]


@pytest.mark.parametrize(
    "command",
    [
        "echo \0 > docs/x",
        "echo \ud800 > docs/x",
        "\x01\x02 > \x03",
        "'" * 4_999,
        "$(" * 3_000,
        "(" * 10_000,
        "`" * 999,
        "{ " * 3_000,
        "if a; then " * 500,
        "echo " + "a" * 100_000,
        "touch a;" * 12_000,
        "rm " + "src/*.py " * 10_000,
        ":(){ :|:& };:",
        'x=\'eval "$x"\'; eval "$x"',
        "touch " + "{a,b}" * 30,
        "a=xxxxxxxxxx; " + "a=$a$a$a$a$a$a$a$a; " * 14,
        "for i in {1..99999}; do touch $i; done",
        "echo $((2 ** 99999999))",
        "echo $((" + "(" * 5_000 + "1",
        "a=" + "ab" * 9_000 + "; echo ${a//a*b/x}",
        "shopt -s extglob; case aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in +(+(a))b) ;; esac",
        "cat <<A\n" * 2_000,
        ";;" * 3_000,
        "> a " * 3_000,
        "touch " + "a/" * 5_000,
        "$" * 9_999,
        "\\",
        "${",
        "${<<A",
        "$((",
        "<(",
        "git",
        *ENDLESS,
    ],
    ids=range(34),
)
def test_any_text_is_read_without_an_error(reads: Reads, command: str) -> None:
    reading = reads(command)
    assert not any("could not be read" in why for why in reading.why), reading.why


@pytest.mark.parametrize("command", ENDLESS)
def test_an_endless_command_is_not_taken_for_one_that_reads(reads: Reads, command: str) -> None:
    assert not reads(command).only_reads


PIECES = st.sampled_from(
    [
        "a",
        "docs/x",
        " ",
        "\n",
        ";",
        "|",
        "&",
        "&&",
        ">",
        "<",
        "<<A",
        "A",
        "(",
        ")",
        "{",
        "}",
        "'",
        '"',
        "$",
        "$(",
        "${x",
        "`",
        "\\",
        "*",
        "[",
        "]",
        "if",
        "then",
        "fi",
        "for i in",
        "do",
        "done",
        "case",
        "esac",
        "=",
        "#",
        "!",
        "cd",
        "rm",
        "git checkout",
        "sed -i",
        "find -exec",
        "xargs",
        "awk",
        "é",
        "\ud800",
    ]
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25))
def test_any_mixture_of_shell_syntax_is_read_without_an_error(reads: Reads, pieces: list[str]) -> None:
    reading = reads("".join(pieces))
    assert not any("could not be read" in why for why in reading.why), reading.why
