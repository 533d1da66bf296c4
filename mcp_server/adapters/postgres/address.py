"""Where the database is, from the settings and this machine's environment; never a secret in what is shown of it.

`[store] url` is committed, so it holds no password. PostgreSQL's own ways to have one work: PGPASSWORD, ~/.pgpass, a
service file. INTERLOCK_STORE_URL replaces the url on one machine, and may hold one; it counts only where the settings
name a database too, since one variable must not move every repository of a person.
"""

from __future__ import annotations

import getpass
import ipaddress
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from mcp_server.adapters.postgres.service_file import described
from mcp_server.domain.errors import Misuse

VARIABLE = "INTERLOCK_STORE_URL"
SETTING = "[store] url"
EXAMPLE = "postgresql://db.example.com/interlock"
SAFE = ("verify-full", "verify-ca", "require")
"""What TLS has to be where others could listen; the first is what is asked for if nothing is said."""
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile")
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
"""Where systems keep the authorities that they trust."""
NOT_IN_A_FILE = "the settings are committed: keep it out of them; PGPASSWORD, ~/.pgpass or a service file may have it"


class Address:
    """Where a database is: what `psycopg.connect` is told, which may hold a secret, and what people are shown."""

    __slots__ = ("is_local", "parameters", "shown", "source")

    def __init__(self, parameters: Mapping[str, Any], shown: str, source: str, *, is_local: bool) -> None:
        self.parameters = parameters
        self.shown = shown
        self.source = source
        self.is_local = is_local

    @property
    def database(self) -> str:
        """What the database is called on its server; if nobody said it, as libpq decides it."""
        said = self.parameters.get("dbname") or os.environ.get("PGDATABASE") or self.parameters.get("user")
        return str(said or os.environ.get("PGUSER") or getpass.getuser())

    def __repr__(self) -> str:
        """The address without what is secret."""
        return f"Address({self.shown!r})"


def address_in_force(url: str, folder: str, environment: Mapping[str, str] = os.environ) -> Address:
    """The address that counts on this machine, given that of the settings; refuses (Misuse) one that is not safe.

    Names of files in it are relative to `folder`, the main worktree.
    """
    settings = address_of(url, SETTING, folder, environment)
    own = environment.get(VARIABLE)
    return address_of(own, VARIABLE, folder, environment, may_hold_secrets=True) if own else settings


def address_of(
    url: str, source: str, folder: str, environment: Mapping[str, str] = os.environ, *, may_hold_secrets: bool = False
) -> Address:
    """The address that this text names; refuses what is none, holds a password or would be sent without TLS."""
    said = _parsed(url, source)
    if not may_hold_secrets and (secrets := sorted(_secrets().intersection(said))):
        raise Misuse(f"{source} holds a secret ({', '.join(secrets)}), and {NOT_IN_A_FILE}")
    for name in FILES:
        if name in said and said[name] != "system":
            said[name] = os.path.join(folder, os.path.expanduser(said[name]))
    service = str(said.get("service") or environment.get("PGSERVICE") or "")
    said = {**described(service, environment), **said} if service else said  # in the order that libpq keeps
    is_local = _is_local(said, environment)
    said["sslmode"] = _sslmode(said, environment, source, is_local=is_local)
    if said["sslmode"].startswith("verify") and (authorities := _authorities(said, environment)):
        said["sslrootcert"] = authorities
    return Address(said, _shown(said), source, is_local=is_local)


def _parsed(url: str, source: str) -> dict[str, Any]:
    """The parameters as libpq reads them. It may quote what it can't read, a password too, so it is not repeated."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise Misuse(f"{source} must begin with postgresql://, as {EXAMPLE}")
    try:
        said = dict(conninfo_to_dict(url))
    except psycopg.Error as error:
        why = str(error).strip()
        reason = f": {why}" if why.startswith("invalid URI query parameter:") else ""
        raise Misuse(f"{source} can't be understood{reason}; an address looks like {EXAMPLE}") from None
    ports = str(said.get("port") or "").replace(",", "")
    if not (ports.isdigit() or not ports) or "@" in str(said.get("dbname") or ""):
        raise Misuse(f"{source} can't be understood: a / or @ in a name is written %2F or %40; {EXAMPLE} is an address")
    forbidden = sorted({entry.keyword.decode() for entry in _known() if entry.dispchar == b"D"}.intersection(said))
    if forbidden := [name for name in forbidden if name not in _secrets()]:
        raise Misuse(f"{source} says {', '.join(forbidden)}, which Interlock does not use; leave it out")
    return said


def _is_local(said: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
    """Whether the connection never leaves this machine, as far as can be known before it is made."""
    named = said.get("hostaddr") or environment.get("PGHOSTADDR") or said.get("host")
    if not named and (said.get("service") or environment.get("PGSERVICE")):
        return False  # a service file that is not known here may have it
    hosts = str(named or environment.get("PGHOST") or "/").split(",")
    return all(map(_is_loopback, hosts))


def _is_loopback(host: str) -> bool:
    if host.startswith(("/", "@")) or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sslmode(said: Mapping[str, Any], environment: Mapping[str, str], source: str, *, is_local: bool) -> str:
    mode = str(said.get("sslmode") or environment.get("PGSSLMODE") or (SAFE[0] if not is_local else "prefer"))
    if is_local or mode in SAFE:
        return mode
    where = "sslmode" if said.get("sslmode") else "PGSSLMODE"
    raise Misuse(
        f"{source}: {_shown(said)} is another machine, so the connection has to be encrypted: {where} can't be "
        f"{mode}; leave it out (verify-full) or use {' or '.join(reversed(SAFE[1:]))}"
    )


def _authorities(said: Mapping[str, Any], environment: Mapping[str, str]) -> str | None:
    """The system's authorities, where nobody has named others: libpq itself would trust none."""
    own = os.path.join(os.path.expanduser("~"), ".postgresql/root.crt")
    if said.get("sslrootcert") or environment.get("PGSSLROOTCERT") or os.path.exists(own):
        return None
    return next((bundle for bundle in BUNDLES if os.path.exists(bundle)), None)


def _shown(said: Mapping[str, Any]) -> str:
    user = f"{quote(str(said['user']), safe='')}@" if said.get("user") else ""
    ports = str(said.get("port") or "").split(",")
    hosts = str(said.get("host") or said.get("hostaddr") or "").split(",")
    port = dict(enumerate(ports)) if len(ports) > 1 else dict.fromkeys(range(len(hosts)), ports[0])
    named = [_host(host) + (f":{port[number]}" if port.get(number) else "") for number, host in enumerate(hosts)]
    more = f" (service {said['service']})" if said.get("service") else ""
    if hosts[0].startswith("/"):  # a folder would only be harder to read within a url
        named, more = [], f" (socket in {', '.join(hosts)})"
    return f"postgresql://{user}{','.join(named)}/{quote(str(said.get('dbname') or ''), safe='')}{more}"


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else quote(host, safe="")


def _known() -> list[pq.ConninfoOption]:
    return pq.Conninfo.get_defaults()


def _secrets() -> set[str]:
    """What libpq itself does not show, and keys that are as good as a password."""
    hidden = {entry.keyword.decode() for entry in _known() if entry.dispchar == b"*"}
    return hidden | {"scram_client_key", "scram_server_key"}
