"""The section `[merge]` of the settings file: what it says, and what is wrong with it."""

from __future__ import annotations

from mcp_server.domain.settings import STYLES, Merging


def read(said: object) -> Merging:
    """The section, defaults for what it does not say; refuses (ValueError) what makes no sense, naming it."""
    if said is None:
        return Merging()
    if not isinstance(said, dict):
        raise ValueError(f"merge must be a section, [merge], not {said!r}")
    merging = Merging()._replace(**{name: value for name, value in said.items() if name in Merging._fields})
    if merging.style not in STYLES:
        raise ValueError(f"merge.style must be one of {', '.join(STYLES)}, not {merging.style!r}")
    check: object = merging.check
    if check is not None and not (isinstance(check, str) and check.strip() and "\0" not in check):
        raise ValueError(f"merge.check must be a command, not {check!r}")
    return merging


def unknown(said: object) -> list[str]:
    """Names in the section that are no settings."""
    return sorted(f"merge.{name}" for name in set(said) - set(Merging._fields)) if isinstance(said, dict) else []
