"""The output of git commands that only read: git itself is run for it, but only if something reads it."""

from mcp_server.bash.call import Call
from mcp_server.bash.programs.git.checkout import Checkout
from mcp_server.bash.state.shell import Lazy
from mcp_server.bash.unknown import UNKNOWN, is_known

_SAFE = frozenset(
    """
    cat-file describe diff diff-files diff-index diff-tree for-each-ref grep log ls-files ls-tree merge-base name-rev
    rev-list rev-parse show show-ref stash status config
    """.split()
)
_UNSAFE_OPTIONS = ("--output", "-O", "--open-files-in-pager", "--ext-diff", "--textconv", "--exec", "--upload-pack")


def reads(call: Call, repo: Checkout | None, name: str) -> None:
    """Record the file of --output; print what git prints."""
    for at, word in enumerate(call.arguments):
        if word.startswith("--output=") and name in ("diff", "log", "show", "diff-tree", "shortlog"):
            call.write(word.partition("=")[2])
        elif word == "--output" and name in ("diff", "log", "show"):
            call.write(call.arguments[at + 1] if at + 1 < len(call.arguments) else UNKNOWN)
    if not call.output_is_read:
        return
    arguments = [name, *call.arguments]
    if (
        repo is None
        or name not in _SAFE
        or any(word.startswith(_UNSAFE_OPTIONS) for word in arguments)
        or repo.moved_tree
        or not all(is_known(word) for word in arguments)
    ):
        call.prints()
    else:
        arguments = [repo.revision(word) for word in arguments]
        call.prints(Lazy(lambda: _asked(repo, arguments)))


def _asked(repo: Checkout, arguments: list[str]) -> str:
    text = repo.text(arguments)
    return UNKNOWN if text is None else text.replace(UNKNOWN, "\n")
