"""Who may do what in a database: its owner, and for each repository its agents and its readers.

All of it is plain SQL, which a person can read and run with psql. Passwords are none of it: they are set by the person
whose they are, with `\\password` in psql.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal

from mcp_server.adapters.postgres.connect import Connection
from mcp_server.domain.errors import Misuse, shown

May = Literal["agent", "reader", "owner", "nothing"]
OWNER = "interlock_owner"
"""What the owners are called in a database that is called `interlock`, and in the texts."""
REPOSITORY = "interlock_REPOSITORY"
"""What stands for a schema in the texts."""
_FOLDER = Path(__file__).parent
_SCHEMA = re.compile(r"interlock_[0-9a-z_]{1,40}")
_PLAIN = re.compile(r"[a-z][a-z0-9_]{0,56}")
_PERSON = re.compile(r"[^\W\d][\w.@+-]{0,62}")
_IS_SET_UP = """
    SELECT coalesce(has_database_privilege(to_regrole(%(owner)s), current_database(), 'CREATE'), false)
        AND pg_has_role(current_user, to_regrole(%(owner)s), 'USAGE')"""
_HAS_GROUPS = """
    SELECT to_regrole(%s) IS NOT NULL AND to_regrole(%s) IS NOT NULL
        OR (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)"""

_RIGHTS = """
    SELECT CASE
        WHEN space.oid IS NULL THEN 'nothing'
        WHEN pg_has_role(current_user, space.nspowner, 'USAGE') THEN 'owner'
        WHEN NOT has_schema_privilege(space.oid, 'USAGE') THEN 'nothing'
        WHEN has_table_privilege(entry.oid, 'UPDATE') THEN 'agent'
        WHEN has_table_privilege(entry.oid, 'SELECT') THEN 'reader'
        ELSE 'nothing'
    END
    FROM (SELECT 1) AS one
        LEFT JOIN pg_namespace AS space ON space.nspname = %s
        LEFT JOIN pg_class AS entry ON entry.relnamespace = space.oid AND entry.relname = 'task'"""
_MEMBERS = "EXISTS (SELECT FROM pg_auth_members WHERE roleid = to_regrole('{group}') AND member = to_regrole('{role}'))"


def owner_of(database: str) -> str:
    """The group that owns everything of Interlock in the database of this name; another database has another one."""
    if _PLAIN.fullmatch(database):
        return f"{database}_owner"
    return f"interlock_{hashlib.sha256(database.encode()).hexdigest()[:12]}_owner"


def setup(database: str) -> str:
    """The SQL that prepares a database for a team."""
    return _text("setup.sql", database)


def grants(schema: str, database: str) -> str:
    """The SQL that says who may do what with the repository of this schema; refuses (Misuse) what is no such name."""
    return _text("hand_over.sql", database, schema) + "\n" + _text("grants.sql", database, schema)


def grant(connection: Connection, schema: str) -> bool:
    """Say who may do what with a repository whose schema was made or changed; whether that was done.

    Not in a database that nobody has prepared for a team: there everything is its user's who made it. Nor by somebody
    who may not make the roles for a new repository: it is handed over to the owners, one of whom does.
    """
    database = connection.info.dbname
    if connection.execute(_IS_SET_UP, {"owner": owner_of(database)}).fetchone() != (True,):
        return False
    names = [f"{_checked(schema)}_agent", f"{schema}_reader"]
    may = connection.execute(_HAS_GROUPS, names).fetchone() == (True,)
    connection.execute((grants(schema, database) if may else _text("hand_over.sql", database, schema)).encode())
    return may


def rights(connection: Connection, schema: str) -> May:
    """What this connection's role may do with the repository of this schema."""
    row = connection.execute(_RIGHTS, [schema]).fetchone()
    return row[0] if row is not None else "nothing"


def person(name: str, may: May, schema: str | None, database: str) -> str:
    """The SQL by which a person may do this, and no more, with a repository; an `owner` with all, without a schema.

    Refuses (Misuse) a name that is none, or is one of Interlock's or the server's own.
    """
    role = _quoted(name)
    made = f"""-- {name} logs in by this name. {name} sets a password in psql: \\password
DO $$ BEGIN
    IF to_regrole('{role}') IS NULL THEN
        CREATE ROLE {role} LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- somebody was faster
END $$;
"""
    if may == "owner":
        return made + _given(owner_of(database), role)
    if schema is None:
        raise Misuse("which repository? --repository names its schema in the database")
    groups = {kind: f"{_checked(schema)}_{kind}" for kind in ("agent", "reader")}
    taken = "".join(_taken(group, role) for kind, group in groups.items() if kind != may)
    return f"{made}{taken}{_given(groups[may], role)}" if may in groups else taken


def _text(file: str, database: str, schema: str | None = None) -> str:
    text = (_FOLDER / file).read_text(encoding="utf-8").replace(OWNER, owner_of(database))
    return text if schema is None else text.replace(REPOSITORY, _checked(schema))


def _given(group: str, role: str) -> str:
    """Only to who does not have it: from version 16 on one can have it from several people."""
    return f"""DO $$ BEGIN
    IF {_MEMBERS.format(group=group, role=role)} THEN
        RETURN;
    END IF;
    GRANT {group} TO {role};
END $$;
"""


def _taken(group: str, role: str) -> str:
    """From who has it, whoever gave it; of anybody else the server warns."""
    return f"""DO $$
DECLARE
    giver text;
BEGIN
    FOR giver IN
        SELECT CASE WHEN current_setting('server_version_num') >= '160000' THEN ' GRANTED BY ' || grantor::regrole END
        FROM pg_auth_members WHERE roleid = to_regrole('{group}') AND member = to_regrole('{role}')
    LOOP
        EXECUTE 'REVOKE {group} FROM {role}' || coalesce(giver, '');
    END LOOP;
END $$;
"""  # noqa: S608  no character of either name means anything to the server: they were checked


def _checked(schema: str) -> str:
    if not _SCHEMA.fullmatch(schema):
        raise Misuse(f"{shown(schema)} is not the schema of a repository; one looks like interlock_0a1b2c3d4e5f")
    return schema


def _quoted(name: str) -> str:
    if not _PERSON.fullmatch(name) or len(name.encode()) > 63:
        raise Misuse(f"{shown(name)} can't be the name of a person: letters, digits and . @ + - _, at most 63 bytes")
    if name.lower().startswith(("pg_", "interlock_")) or name.lower() in ("public", "none", "postgres"):
        raise Misuse(f"{shown(name)} is a name of PostgreSQL or of Interlock: choose another one")
    return f'"{name}"'
