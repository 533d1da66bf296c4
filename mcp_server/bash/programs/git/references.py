"""`git` commands that move branches: whoever works in a checkout of one is moved with it."""

from mcp_server.bash.call import Call
from mcp_server.bash.programs.git.checkout import Checkout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.programs.git.checkout import Command

_BRANCHES = "refs/heads/"


def _branch(call: Call, repo: Checkout) -> None:
    """`git branch`: -f moves a branch, -m renames one."""
    given = call.options(valued="u", long="set-upstream-to sort points-at format contains no-contains merged no-merged")
    names = given.operands
    if given.has("-m", "-M", "--move"):
        _moved(repo, names[0] if len(names) > 1 else "")
    elif given.has("-f", "--force", "-C", "-D") and names:
        _moved(repo, names[-1] if given.has("-C") else names[0])
    call.prints()


def _update_ref(call: Call, repo: Checkout) -> None:
    given = call.options(valued="m")
    if given.has("--stdin"):
        repo.sweep_head()
    elif given.operands:
        name = given.operands[0]
        if name == "HEAD":
            repo.sweep_head()
        elif name.startswith(_BRANCHES):
            _moved(repo, name.removeprefix(_BRANCHES))


def _symbolic_ref(call: Call, repo: Checkout) -> None:
    given = call.options(valued="m")
    if given.operands[:1] == ["HEAD"] and (len(given.operands) > 1 or given.has("-d", "--delete")):
        repo.sweep_head()
    call.prints()


def _moved(repo: Checkout, name: str) -> None:
    """Record that a branch moves, the current one without a name, where it is checked out."""
    if not name:
        repo.sweep_head()
        return
    root = ""
    for line in (repo.text(["worktree", "list", "--porcelain"]) or "").splitlines():
        if line.startswith("worktree "):
            root = line.removeprefix("worktree ")
        elif line == f"branch {_BRANCHES}{name}":
            repo.sweep_head(root)


COMMANDS: "dict[str, Command]" = {"branch": _branch, "update-ref": _update_ref, "symbolic-ref": _symbolic_ref}
