"""What a failure of PostgreSQL means, in plain words with what helps, and never a secret in them.

Once connected, the server says what it means by a code, in whatever language it speaks. While connecting libpq passes
its text on alone: there the words of an English server are known, and others are repeated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from mcp_server.adapters.postgres.address import Address
from mcp_server.adapters.postgres.tls import why_not_trusted
from mcp_server.domain.errors import DatabaseUnavailable

OLDEST = 15
"""The oldest version of PostgreSQL that is supported."""
LONGEST = 200
PASSWORDS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
_SERVER_SAYS = re.compile(r"[^\n]*\b(?:FATAL|ERROR|PANIC): +([^\n]*)")
_BEGINNING = re.compile(
    r"^(?:connection (?:failed|is bad): )?(?:connection to server [^\n]*? failed: )?(?:fe_sendauth: )?"
)


class _Reason(NamedTuple):
    """A kind of failure: what happened, after `the database X`, and what helps."""

    kind: str
    what: str
    advice: str


_CERTIFICATE = _Reason(
    "certificate",
    "can't prove who it is ({said})",
    "who runs it sees to a valid one; sslrootcert in the url, or ~/.postgresql/root.crt, names who may have signed it",
)
_LOGIN = _Reason(
    "refused_login",
    "refuses the login ({said})",
    "the user is in the url or PGUSER, the password in PGPASSWORD or ~/.pgpass",
)
_NOT_LET_IN = _Reason(
    "refused_login",
    "lets nobody in from here as this user ({said})",
    "who runs it adds a line to pg_hba.conf, hostssl for connections with TLS",
)
_MISSING = _Reason("no_database", "does not exist", "who runs the server makes it: createdb NAME")
_RIGHTS = _Reason(
    "no_rights", "allows this user too little ({said})", "who owns it grants more: interlock store setup --help"
)
_FULL = _Reason("full", "takes no more connections ({said})", "try again, or have max_connections raised")
_DISK = _Reason("full", "has no room left ({said})", "who runs it makes room; nothing was changed")
_STARTING = _Reason("unreachable", "is starting or stopping ({said})", "try again in a moment")
_ENDED = _Reason("unreachable", "ended the connection ({said})", "try again; nothing half done was kept")
_READ_ONLY = _Reason(
    "read_only", "can only be read there ({said})", "the url has to name the primary server, not a standby"
)
_BUSY = _Reason("busy", "took too long to answer ({said})", "nothing was changed; try again")
_OTHER_SCHEMA = _Reason(
    "older_schema", "is not as this version of Interlock needs it ({said})", "`interlock store status` says more"
)
_POOLER = _Reason(
    "other", "is behind a pooler that Interlock can't use ({said})", "the url has to name PostgreSQL itself"
)
_NO_TLS = _Reason(
    "certificate",
    "does not speak TLS, which is required to another machine",
    "who runs it switches ssl on; sslmode can't be weaker",
)
_NO_SERVICE = _Reason(
    "other", "is not known ({said})", "~/.pg_service.conf or PGSERVICEFILE has to describe the service"
)
_SOMETHING_ELSE = _Reason("unreachable", "is not what answers there ({said})", "check the host and the port of the url")
_UNREACHABLE = _Reason("unreachable", "can't be reached ({said})", "`interlock doctor` tries again and says more")
_OTHER = _Reason("other", "refuses ({said})", "`interlock doctor` says more")

BY_TEXT = (
    (r"server does not support SSL", _NO_TLS),
    (r"certificate|private key file|SSL error|tlsv1 alert", _CERTIFICATE),
    (r"no pg_hba\.conf entry|pg_hba\.conf rejects", _NOT_LET_IN),
    (r"password authentication failed|no password supplied|authentication failed|not permitted to log in", _LOGIN),
    (r"role \".*\" does not exist|authentication method .* (?:not|failed)", _LOGIN),
    (r"database \".*\" does not exist", _MISSING),
    (r"permission denied", _RIGHTS),
    (r"too many (?:clients|connections)|remaining connection slots", _FULL),
    (r"No space left", _DISK),
    (r"database system is|not (?:yet )?accepting connections", _STARTING),
    (r"session is read-only|server is in hot standby|session is not read-only", _READ_ONLY),
    (r"unsupported startup parameter", _POOLER),
    (r"definition of service|service file", _NO_SERVICE),
    (r"invalid response to SSL negotiation|expected authentication request", _SOMETHING_ELSE),
    (r"timeout expired|could not translate|not known|refused|No route|unreachable|closed the connection", _UNREACHABLE),
    (
        r"No such file or directory|reset by peer|could not connect|connection is lost|connection is closed",
        _UNREACHABLE,
    ),
    (r"timed out|could not receive|could not send|resolve|name resolution|Broken pipe", _UNREACHABLE),
)
"""What messages without a code are known by; of several, which several hosts give, the first that fits counts."""

BY_CODE = {
    "28": _LOGIN,
    "3D": _MISSING,
    "42501": _RIGHTS,
    "53300": _FULL,
    "53": _DISK,
    "57P03": _STARTING,
    "57014": _BUSY,
    "57": _ENDED,
    "58030": _DISK,
    "25006": _READ_ONLY,
    "25P03": _ENDED,
    "25P04": _BUSY,
    "40": _BUSY,
    "55P03": _BUSY,
    "08": _UNREACHABLE,
    "3F": _OTHER_SCHEMA,
    "42P01": _OTHER_SCHEMA,
    "42703": _OTHER_SCHEMA,
    "42883": _OTHER_SCHEMA,
}
"""By the code of an error or, where all of its class mean the same, by the first two letters."""


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Failures of the database inside are raised as `DatabaseUnavailable`."""
    try:
        yield
    except psycopg.Error as error:
        raise explanation(error, address) from None


def explanation(error: Exception, address: Address) -> DatabaseUnavailable:
    """The same failure in plain words."""
    if not isinstance(error, psycopg.Error):
        return _unavailable(_OTHER, address, _short(str(error), address))
    code = error.sqlstate or ""
    said = error.diag.message_primary or str(error)
    reason = BY_CODE.get(code) or BY_CODE.get(code[:2]) if code else _by_text(str(error))
    if reason is _CERTIFICATE and "verify failed" in said:
        return _unavailable(reason, address, _distrust(error, address) or _short(said, address))
    return _unavailable(reason or _OTHER, address, _short(said, address))


def too_old(version: int, address: Address) -> DatabaseUnavailable:
    """The server is of a version (15 for PostgreSQL 15) that lacks what is needed."""
    return _unavailable(
        _Reason("too_old", f"is of PostgreSQL {version}", f"Interlock needs {OLDEST} or newer"), address, ""
    )


def wrong_encoding(encoding: str, address: Address) -> DatabaseUnavailable:
    """The database can't keep every text."""
    advice = "it is made by: createdb --encoding=UTF8 --template=template0 NAME"
    return _unavailable(_Reason("other", f"has the encoding {encoding}, not UTF8", advice), address, "")


def _by_text(text: str) -> _Reason | None:
    return next((reason for pattern, reason in BY_TEXT if re.search(pattern, text)), None)


def _distrust(error: psycopg.Error, address: Address) -> str | None:
    tried = error.pgconn
    if tried is None or not tried.host:
        return None
    host, port = tried.host.decode(), int(tried.port or b"5432")
    return why_not_trusted(host, port, address.parameters)


def _unavailable(reason: _Reason, address: Address, said: str) -> DatabaseUnavailable:
    what = reason.what.replace("{said}", said)
    return DatabaseUnavailable(reason.kind, f"the database {address.shown} {what}", reason.advice)


def _short(text: str, address: Address) -> str:
    """The words of the server, or of libpq, on one line, without what nobody may see."""
    found = _SERVER_SAYS.search(text)
    line = found[1] if found else _BEGINNING.sub("", text.strip()).split("\n")[0]
    for secret in _secrets(address):
        line = line.replace(secret, "…")
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _secrets(address: Address) -> list[str]:
    known = [str(address.parameters.get(name) or "") for name in PASSWORDS] + [os.environ.get("PGPASSWORD", "")]
    return sorted(filter(None, known), key=len, reverse=True)
