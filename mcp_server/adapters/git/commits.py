"""Which commits were made in a scope since a moment: asked of git, within bounds. On the path of a hook."""

from __future__ import annotations

from mcp_server.adapters.git import runner
from mcp_server.domain.scopes.scope import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 1.5
MOST = 10


def since(root: str, moment: float, patterns: Sequence[str]) -> list[str]:
    """The commits on this worktree's branch that changed a path of the scope after `moment`, newest first.

    None where git can't tell.
    """
    scope = parse(patterns)
    if not scope.alternatives:
        return []
    paths = [f":(glob,top){pattern}" for pattern in scope.alternatives]
    paths += [f":(exclude,glob,top){pattern}" for pattern in scope.exclusions]
    asked = ("log", f"--since=@{int(moment)} +0000", f"--max-count={MOST}", "--format=%h %s")
    try:
        said = runner.ask(root, *asked, "--", *paths, seconds=SECONDS)
    except runner.GitRefused:
        return []
    return said.decode("utf-8", "replace").splitlines()
