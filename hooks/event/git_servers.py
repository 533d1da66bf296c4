"""The git command that a git server's tool stands for: `git_checkout` with a branch is read like `git checkout`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

READ = frozenset("status log diff show blame reflog ls fetch push remote tag set wrapup changelog".split())
"""They write nothing in the worktree, and move nothing there."""
SPELLED = {
    "create_branch": "branch",
    "switch_branch": "switch",
    "stage": "add",
    "unstage": "reset",
    "diff_staged": "diff",
    "diff_unstaged": "diff",
}
DOES = ("operation", "mode", "action", "subcommand")
REFS = "branch_name branchName branch name target ref commit commitRef commit_hash commitHash upstream onto".split()
STARTS = "base_branch baseBranch start_point startPoint base".split()
FILES = "files paths file_paths filePaths filepath path_spec pathspec file".split()
FLAGS = (
    "all force amend hard soft mixed staged worktree abort continue skip detach noVerify no_verify directories ignored"
).split()


def git_command(verb: list[str], arguments: dict[str, Any]) -> str | None:
    """The command as text for a tool `git_…` with these words; None when it only looks."""
    name = "_".join(verb)
    name = SPELLED.get(name, name)
    if verb[0] in READ or name in READ:
        return None
    parts = [f"git {name.replace('_', '-')}"]
    does = next((arguments[key] for key in DOES if isinstance(arguments.get(key), str)), None)
    if does is not None:
        if does in ("list", "show"):
            return None
        parts.append(f"--{does}" if name == "reset" else _branching(name, does))
    if name in ("checkout", "switch") and any(
        arguments.get(key) for key in ("createBranch", "create_branch", "create")
    ):
        parts.append("-b" if name == "checkout" else "-c")
    parts += [f"--{_dashed(key)}" for key in FLAGS if arguments.get(key) is True]
    parts += [quoted(arguments[key]) for key in (*REFS, *STARTS) if _is_text(arguments.get(key))]
    files = [path for key in FILES for path in _listed(arguments.get(key))]
    if files:
        parts += ["--", *map(quoted, files)]
    if name == "commit":
        parts[1:1] = ["-m x"]
    return " ".join(part for part in parts if part)


def quoted(word: str) -> str:
    """`word` as one word of a shell."""
    return "'" + word.replace("'", "'\\''") + "'"


def _branching(name: str, does: str) -> str:
    if name != "branch":
        return does
    return {"delete": "-D", "rename": "-m"}.get(does, "")


def _dashed(key: str) -> str:
    return {"noVerify": "no-verify", "directories": "force -d", "ignored": "force -x"}.get(key, key.replace("_", "-"))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
