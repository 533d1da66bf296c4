"""An address is read as libpq reads it, holds no secret where it is committed, and wants TLS to another machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.postgres import address as module
from mcp_server.adapters.postgres.address import Address, address_in_force, address_of
from mcp_server.domain.errors import Misuse

SECRET = "sesame"


def read(url: str, **environment: str) -> Address:
    return address_of(url, "[store] url", "/project", environment)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ben:{SECRET}@db/interlock",
        f"postgres://ben:{SECRET}@localhost:5433,db/interlock",
        f"postgresql://db/interlock?password={SECRET}",
        f"postgresql://db/interlock?pass%77ord={SECRET}",
        f"postgresql://db/interlock?sslkey=a&sslpassword={SECRET}",
        f"postgresql://ben:%zz{SECRET}@db/interlock",
        f"postgresql://ben:12/{SECRET}@db/interlock",
        f"postgresql://ben:{SECRET}/@db/interlock",
        f"mysql://ben:{SECRET}@db/interlock",
        f"user=ben password={SECRET} host=db",
        f"postgresql://ben:{SECRET}@db/interlock?sslmode=disable",
    ],
)
def test_a_secret_in_the_settings_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Misuse, match=r"^\[store\] url ") as refused:
        read(url)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_refused_password_comes_with_the_places_where_it_may_be() -> None:
    with pytest.raises(Misuse, match=r"PGPASSWORD, ~/\.pgpass or a service file"):
        read(f"postgresql://ben:{SECRET}@db/interlock")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://db.example.com/interlock", "postgresql://db.example.com/interlock"),
        ("postgres://ben@db:5433/interlock?connect_timeout=2", "postgresql://ben@db:5433/interlock"),
        ("postgresql://a,b/interlock", "postgresql://a,b/interlock"),
        ("postgresql://a:1,b:2/interlock", "postgresql://a:1,b:2/interlock"),
        ("postgresql://[2001:db8::1]:5433/interlock", "postgresql://[2001:db8::1]:5433/interlock"),
        ("postgresql:///interlock?host=/run/postgresql", "postgresql:///interlock (socket in /run/postgresql)"),
        ("postgresql:///?service=team", "postgresql:/// (service team)"),
    ],
)
def test_what_is_shown_says_where_the_database_is(url: str, shown: str) -> None:
    assert read(url).shown == shown


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///interlock",
        "postgresql://localhost/interlock",
        "postgresql://127.0.0.1:5433/interlock",
        "postgresql://127.9.9.9/interlock",
        "postgresql://[::1]/interlock",
        "postgresql://%2Frun%2Fpostgresql/interlock",
        "postgresql://db.example.com/interlock?hostaddr=127.0.0.1",
        "postgresql://localhost,127.0.0.1/interlock",
    ],
)
def test_within_this_machine_tls_is_used_where_there_is_some(url: str) -> None:
    assert read(url).is_local
    assert read(url).parameters["sslmode"] == "prefer"
    assert read(f"{url}{'&' if '?' in url else '?'}sslmode=disable").parameters["sslmode"] == "disable"


REMOTE: tuple[tuple[str, dict[str, str]], ...] = (
    ("postgresql://db.example.com/interlock", {}),
    ("postgresql://10.0.0.7/interlock", {}),
    ("postgresql://localhost,db/interlock", {}),
    ("postgresql://localhost/interlock?hostaddr=10.0.0.7", {}),
    ("postgresql://localhost/interlock", {"PGHOSTADDR": "10.0.0.7"}),
    ("postgresql:///interlock", {"PGHOST": "db.example.com"}),
    ("postgresql:///interlock", {"PGSERVICE": "team"}),
    ("postgresql:///?service=team", {}),
    ("postgresql://127.0.0.1.example.com/interlock", {}),
)


@pytest.mark.parametrize(("url", "environment"), REMOTE)
def test_to_another_machine_the_server_has_to_prove_who_it_is(url: str, environment: dict[str, str]) -> None:
    found = read(url, **environment)
    assert not found.is_local
    assert found.parameters["sslmode"] == "verify-full"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "none-of-these"])
@pytest.mark.parametrize(("url", "environment"), REMOTE)
def test_to_another_machine_nothing_weaker_is_taken(url: str, environment: dict[str, str], mode: str) -> None:
    with pytest.raises(Misuse, match=f"has to be encrypted: sslmode can't be {mode}; leave it out"):
        read(f"{url}{'&' if '?' in url else '?'}sslmode={mode}", **environment)
    with pytest.raises(Misuse, match=f"has to be encrypted: PGSSLMODE can't be {mode}"):
        read(url, PGSSLMODE=mode, **environment)


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_encryption_alone_is_enough_for_who_says_so(mode: str) -> None:
    assert read(f"postgresql://db/interlock?sslmode={mode}").parameters["sslmode"] == mode
    assert read("postgresql://db/interlock", PGSSLMODE=mode).parameters["sslmode"] == mode


def test_authorities_are_the_systems_unless_others_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "bundle.crt"
    bundle.touch()
    monkeypatch.setattr(module, "BUNDLES", (str(tmp_path / "missing.crt"), str(bundle)))
    assert read("postgresql://db/interlock").parameters["sslrootcert"] == str(bundle)
    assert "sslrootcert" not in read("postgresql://db/interlock", PGSSLROOTCERT="/own.crt").parameters
    assert read("postgresql://db/x?sslrootcert=certs/team.crt").parameters["sslrootcert"] == "/project/certs/team.crt"
    assert read("postgresql://db/x?sslrootcert=~/team.crt").parameters["sslrootcert"] == str(tmp_path / "team.crt")
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql/root.crt").touch()
    assert "sslrootcert" not in read("postgresql://db/interlock").parameters


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://db/interlock", "must begin with postgresql://"),
        ("db.example.com", "must begin with postgresql://"),
        ("postgresql://db:no-port/interlock?colour=red", "can't be understood"),
        ("postgresql://db/interlock?colour=red", 'invalid URI query parameter: "colour"; an address looks like'),
        ("postgresql://db/interlock?replication=database", "says replication, which Interlock does not use"),
        ("postgresql://db/interlock?sslkeylogfile=keys", "says sslkeylogfile, which Interlock does not use"),
    ],
)
def test_what_is_no_address_is_refused_with_an_example(url: str, words: str) -> None:
    with pytest.raises(Misuse) as refused:
        read(url)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_environment_replaces_the_url_on_this_machine_and_may_hold_a_password() -> None:
    own = {"INTERLOCK_STORE_URL": f"postgresql://ben:{SECRET}@db-2/interlock"}
    found = address_in_force("postgresql://db/interlock", "/project", own)
    assert found.parameters["password"] == SECRET
    assert (found.shown, found.source) == ("postgresql://ben@db-2/interlock", "INTERLOCK_STORE_URL")
    assert SECRET not in repr(found)
    assert address_in_force("postgresql://db/interlock", "/project", {}).source == "[store] url"


def test_the_environment_is_held_to_the_same_rules() -> None:
    own = {"INTERLOCK_STORE_URL": f"postgresql://ben:{SECRET}@db-2/interlock?sslmode=prefer"}
    with pytest.raises(Misuse, match="^INTERLOCK_STORE_URL: .*has to be encrypted") as refused:
        address_in_force("postgresql://db/interlock", "/project", own)
    assert SECRET not in str(refused.value)
    with pytest.raises(Misuse, match=r"^\[store\] url holds a secret"):
        address_in_force("postgresql://ben:x@db/interlock", "/project", own)


def test_a_service_file_says_whether_it_is_another_machine(tmp_path: Path) -> None:
    file = tmp_path / "services"
    file.write_text(
        "[near]\nhost=localhost\n[far]\nhost=db.example.com\nsslmode=require\n[weak]\nhost=db\nsslmode=allow\n"
    )
    environment = {"PGSERVICEFILE": str(file)}
    assert read("postgresql:///?service=near", **environment).is_local
    assert read("postgresql:///x?service=far", **environment).parameters["sslmode"] == "require"
    assert read("postgresql:///x", PGSERVICE="far", **environment).shown == "postgresql://db.example.com/x"
    with pytest.raises(Misuse, match="sslmode can't be allow"):
        read("postgresql:///?service=weak", **environment)
    assert read("postgresql:///?service=weak&sslmode=verify-ca", **environment).parameters["sslmode"] == "verify-ca"
