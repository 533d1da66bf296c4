"""What the grammar misreads is lifted out of a command, and nothing else."""

from __future__ import annotations

import pytest

from mcp_server.bash.parse import grammar
from mcp_server.bash.parse.heredocs import HereDocument, prepared
from mcp_server.bash.unknown import unmasked


@pytest.mark.parametrize(
    ("command", "bodies"),
    [
        ("cat <<A\nx\nA", [("x\n", False)]),
        ("cat <<'A'\n$x\nA\nls", [("$x\n", True)]),
        ("cat <<\\A\nx\nA", [("x\n", True)]),
        ("cat <<-A\n\tx\n\tA", [("x\n", False)]),
        ('cat <<"A B"; ls\nx\nA B', [("x\n", True)]),
        ("cat <<A <<B\n1\nA\n2\nB", [("1\n", False), ("2\n", False)]),
        ("x=$(cat <<A\n)\nA\n)", [(")\n", False)]),
        ("cat <<A\nunfinished", [("unfinished\n", False)]),
        ("echo '<<A'; echo $((1<<2)); echo \"<<B\" # <<C", []),
    ],
)
def test_here_documents_are_removed_with_their_text(command: str, bodies: list[tuple[str, bool]]) -> None:
    found: list[HereDocument] = []
    text = prepared(command, found)
    assert [(body.text, body.literal) for body in found] == bodies
    assert not grammar.parse(text).has_error


@pytest.mark.parametrize(
    "command",
    [
        "ls <> x",
        "coproc cat > x",
        "coproc NAME { cat; }",
        "[ a \\> b ] && [ ! -f x ]",
        "exec {fd}> x",
        "{touch,x}",
        "rm !(a|b) x",
        "case x in a|b) ls;; c) [ a ];; esac",
        "case x in a) b;& *) c;; esac",
        "cat > x <<< y",
        "f() { [ a ]; }; f",
        "a=(1 2) b=$(( 1 < 2 )); [ a ]",
        "if [ a ]; then\n cat > x <<A\nA\nelse\n [ b ]\nfi",
    ],
)
def test_syntax_that_the_grammar_does_not_know_is_rewritten(command: str) -> None:
    assert not grammar.parse(prepared(command, [])).has_error


@pytest.mark.parametrize(
    "command",
    [
        "echo '[ a ]' \"coproc\" \\[",
        "ls | sort # [ a ] <<A",
        "echo a[1] x=[b]",
        "for i in a; do echo $i; done",
        "a && b",
    ],
)
def test_other_text_is_left_unchanged(command: str) -> None:
    assert unmasked(prepared(command, [])) == command
