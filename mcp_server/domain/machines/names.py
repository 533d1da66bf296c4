"""Agents' names on several machines: `ben@build-2`, and for a subagent `ben@build-2/explore-1`."""

from __future__ import annotations

SIGN = "@"
"""Before a host; no other part of a name has it in it."""


def at_host(name: str, host: str | None) -> str:
    """The name on this host; as it is where there is no host, or it has one."""
    if not host or SIGN in name:
        return name
    first, slash, rest = name.partition("/")
    return f"{first}{SIGN}{host}{slash}{rest}"


def host_of(name: str) -> str | None:
    """The host of the agent of this name; None for one without."""
    _, sign, rest = name.partition("/")[0].partition(SIGN)
    return rest if sign else None


def without_host(name: str) -> str:
    """The name as one's own machine may call it."""
    first, slash, rest = name.partition("/")
    return first.partition(SIGN)[0] + slash + rest


def on_host(name: str, host: str | None) -> str:
    """The name without this host, which is the one that it is said on; with another one it stays as it is."""
    return without_host(name) if host is not None and host_of(name) == host else name
