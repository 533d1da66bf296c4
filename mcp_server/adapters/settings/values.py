"""The kinds of values that settings have. Each reads a value under its name, or refuses it (ValueError) naming both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mcp_server.domain.assignment.roles import UNGUARDED, RoleSettings
from mcp_server.domain.assignment.routing import EFFORTS, TIERS
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.usage.sums import Price

Reader = Callable[[str, Any], Any]

LOWEST_PORT, HIGHEST_PORT = 1024, 65_000
_VARIABLE = re.compile(r"(?!PATH$)[A-Za-z_][A-Za-z0-9_]{0,99}")
_STEM = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_SECRET = re.compile(r"//[^@?]*:[^@?]+@|[?&][^=&]*(?:password|secret|scram_\w+_key)[^=&]*=")
_NO_PORT = re.compile(r"//[^/?@]*:[^/?@,]*[^/?@,\d]")
"""Where a port would be there is something else: a password with a / in it."""
_TOOL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\*?")


def _kind(what: str, fits: Callable[[Any], object]) -> Reader:
    def read(name: str, value: Any) -> Any:
        if not fits(value):
            raise ValueError(f"{name} must be {what}, not {value!r}")
        return value

    return read


def one_of(choices: tuple[str, ...]) -> Reader:
    """One of these words."""
    return _kind(f"one of {', '.join(choices)}", lambda value: value in choices)


def number(least: float, most: float) -> Reader:
    """A number within bounds."""
    return _kind(f"a number from {least} to {most}", lambda value: _is(value, int | float) and least <= value <= most)


def whole(what: str, least: int, most: int) -> Reader:
    """A whole number within bounds."""
    return _kind(f"{what} from {least} to {most}", lambda value: _is(value, int) and least <= value <= most)


def texts(what: str) -> Reader:
    """A list of texts, of one line each."""
    listed = _kind(f"a list of {what}", lambda value: isinstance(value, list) and all(map(_is_text, value)))
    return lambda name, value: tuple(listed(name, value))


def some_of(choices: tuple[str, ...]) -> Reader:
    """A list of some of these words."""
    listed = _kind(
        f"a list of some of {', '.join(choices)}",
        lambda value: isinstance(value, list) and all(each in choices for each in value),
    )
    return lambda name, value: tuple(listed(name, value))


flag = _kind("true or false", lambda value: isinstance(value, bool))
path = _kind("a path", lambda value: isinstance(value, str))
command = _kind("a command", lambda value: isinstance(value, str) and value.strip() and "\0" not in value)
address = _kind(
    "an address that begins with http:// or https://, or a variable that holds one ($NAME)",
    lambda value: isinstance(value, str) and re.fullmatch(r"https?://[^\s/]+\S*|\$\w+", value),
)
model = _kind(
    "the name of a model (letters, digits, . _ : / [ ] -)",
    lambda value: isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:/\[\]-]{0,199}", value),
)
port = whole("a port", LOWEST_PORT, HIGHEST_PORT)
stem = _kind(
    "what names begin with (letters, digits, _ . -)", lambda value: isinstance(value, str) and _STEM.fullmatch(value)
)


def database(name: str, value: Any) -> str:
    """The address of a PostgreSQL database; what is refused is never repeated, since it may hold a password."""
    if not isinstance(value, str) or not re.fullmatch(r"postgres(?:ql)?://[^\s\0]*", value):
        raise ValueError(f"{name} must be an address that begins with postgresql://")
    plain = re.sub("%([0-9A-Fa-f]{2})", _decoded, value)
    if _SECRET.search(value) or _SECRET.search(plain) or _NO_PORT.search(re.sub(r"\[[^]]*\]", "", value)):
        raise ValueError(
            f"{name} holds a password, and the settings are committed: keep it out of them; "
            "PGPASSWORD, ~/.pgpass or a service file may have it"
        )
    return value


def patterns(name: str, value: Any) -> tuple[str, ...]:
    """Patterns as scopes have them."""
    return parse(_kind("a list of patterns", lambda value: isinstance(value, list))(name, value)).patterns


def folders(name: str, value: Any) -> tuple[str, ...]:
    """Folders outside the repository, absolute or below the home directory."""
    for folder in _kind("a list of folders", lambda value: isinstance(value, list))(name, value):
        if not isinstance(folder, str) or not re.fullmatch(r"~?/[^\n\0]*", folder):
            raise ValueError(f"{name} must name folders that begin with / or ~/, not {folder!r}")
    return tuple(value)


def paths_below(name: str, value: Any) -> tuple[str, ...]:
    """Paths below a worktree's root."""
    paths = tuple(one.strip("/") for one in texts("paths")(name, value))
    for one in paths:
        if one.split("/")[0] in ("", ".git", ".") or ".." in one.split("/"):
            raise ValueError(f"{name} must name paths below the worktree's root, not {one!r}")
    return paths


def folder_below(name: str, value: Any) -> str:
    """A folder below the main worktree's root."""
    [folder] = paths_below(name, [value])
    return folder


def variables(of: Reader) -> Reader:
    """A table of environment variables, each with a value of this kind."""
    table = _kind("a table of environment variables", lambda value: isinstance(value, dict))

    def read(name: str, value: Any) -> tuple[tuple[str, Any], ...]:
        for variable in table(name, value):
            if not _VARIABLE.fullmatch(variable):
                raise ValueError(f"{name} must name environment variables, not {variable!r}")
        return tuple((variable, of(f"{name}.{variable}", one)) for variable, one in value.items())

    return read


def prices(name: str, value: Any) -> tuple[tuple[str, Price], ...]:
    """A table of prices for a million tokens, by the beginning of a model's name."""
    wanted = ", ".join(Price._fields)
    table = _kind("a table of prices by the beginning of a model's name", lambda value: isinstance(value, dict))
    for model, price in table(name, value).items():
        if not isinstance(price, dict) or set(price) != set(Price._fields):
            raise ValueError(f"{name}.{model} must be a table with {wanted}, each for a million tokens, not {price!r}")
        for kind, one in price.items():
            number(0, 1_000_000)(f"{name}.{model}.{kind}", one)
    return tuple((model, Price(**price)) for model, price in value.items())


def efforts(name: str, value: Any) -> tuple[tuple[str, str], ...]:
    """A table of efforts by tier."""
    table = _kind(f"a table of efforts for {', '.join(TIERS)}", lambda value: isinstance(value, dict))
    return tuple(
        (one_of(TIERS)(f"{name}'s tier", tier), one_of(EFFORTS)(f"{name}.{tier}", effort))
        for tier, effort in table(name, value).items()
    )


def roles(name: str, value: Any) -> tuple[RoleSettings, ...]:
    """A table of roles, each with the tools that it may or may not use."""
    table = _kind("sections, [roles.NAME]", lambda value: isinstance(value, dict))
    return tuple(_role(f"{name}.{role}", role, said) for role, said in table(name, value).items())


def _role(name: str, role: str, said: Any) -> RoleSettings:
    if not _ROLE.fullmatch(role):
        raise ValueError(f"{name} must be named with small letters, digits and -")
    if not isinstance(said, dict) or not said or not set(said) <= {"tools", "deny"}:
        raise ValueError(f"{name} must be a section with `tools`, `deny` or both, not {said!r}")
    listed = {key: texts("tools")(f"{name}.{key}", tools) for key, tools in said.items()}
    for key, tools in listed.items():
        for tool in tools:
            if not _TOOL.fullmatch(tool):
                raise ValueError(f"{name}.{key} must name tools (Edit, Bash, mcp__docs__*), not {tool!r}")
    kept = sorted(UNGUARDED.intersection(listed.get("deny", ())))
    if kept:
        raise ValueError(
            f"{name}.deny cannot name {', '.join(kept)}: the guard is not asked about what changes nothing"
        )
    return RoleSettings(role, **listed)


def _decoded(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _is(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value and "\n" not in value
