"""Which remotes a repository has, and which of them it was cloned from."""

from __future__ import annotations

from mcp_server.adapters.git import runner

ORIGIN = "origin"


def remotes(root: str) -> list[str]:
    """The names of the remotes, in git's order."""
    return runner.text(runner.ask(root, "remote")).split("\n")[:-1]


def main_remote(root: str) -> str | None:
    """The remote that this was cloned from, whatever it is called; None where there is none."""
    known = remotes(root)
    if ORIGIN in known:
        return ORIGIN
    if len(known) < 2:
        return next(iter(known), None)
    here = _asked(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    wanted = [_asked(root, "config", f"branch.{here}.remote")] if here else []
    wanted.append(_asked(root, "config", "checkout.defaultRemote"))
    return next((name for name in wanted if name in known), known[0])


def remote_of(root: str, branch: str) -> str | None:
    """The remote that a branch is pushed to: its own, or else the one that this was cloned from."""
    said = (_asked(root, "config", f"branch.{branch}.remote"),)
    return next((name for name in said if name in remotes(root)), None) or main_remote(root)


def tracking(remote: str, branch: str) -> str:
    """Where this repository keeps what it knows of a remote's branch."""
    return f"refs/remotes/{remote}/{branch}"


def _asked(root: str, *words: str) -> str | None:
    done = runner.run(root, *words)
    return runner.text(done.out).strip() or None if done.code == 0 else None
