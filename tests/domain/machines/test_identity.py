"""Which checkouts belong to one repository, by the first commit and the addresses of the remotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mcp_server.domain.machines.identity import Identity, Known, address, is_local, is_same, path_of, without_ending

ONE = "github.com/a/b"


@pytest.mark.parametrize(
    "url",
    [
        "git@github.com:a/b.git",
        "git@github.com:a/b",
        "github.com:a/b/",
        "git@github.com:/a/b.git",
        "ssh://git@github.com/a/b.git",
        "ssh://git@github.com:22/a/b",
        "ssh://git@ssh.github.com:443/a/b.git",
        "git+ssh://github.com/a/b.git/",
        "https://github.com/a/b",
        "https://GitHub.com/a/b.git/",
        "https://github.com:443//a//b.git",
        "https://user:t0ken@github.com/a/b.git",
        "https://x-access-token:t%40ken@github.com/a/b?private=t0ken#t0ken",
        "https://www.github.com/a/b",
        "http://github.com:80/a/b",
        "git://github.com/a/b.git",
        " https://github.com./a/b ",
    ],
)
def test_however_it_is_reached_a_remote_has_one_address(url: str) -> None:
    assert address(url) == ONE
    assert not is_local(url)


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://git.example.com:8443/a/b.git", "git.example.com:8443/a/b"),
        ("ssh://git@git.example.com:2222/a/b", "git.example.com:2222/a/b"),
        ("ssh://git@[2001:DB8::1]:22/a/b", "[2001:db8::1]/a/b"),
        ("git@[2001:db8::1]:a/b.git", "[2001:db8::1]/a/b"),
        ("https://example.com/with%20space/b", "example.com/with space/b"),
        ("https://example.com/A/b", "example.com/A/b"),
        ("codecommit::eu-west-1://profile@shop", "codecommit::eu-west-1/shop"),
        ("https://example.com/", None),
        ("https:///a/b", None),
        ("ext::sh -c 'cat secret' %S", None),
        ("file:///srv/a.git", None),
        ("/srv/a.git", None),
        ("../a.git", None),
        ("./weird:name", None),
    ],
)
def test_other_places_have_other_addresses_and_paths_of_this_machine_none(url: str, known: str | None) -> None:
    assert address(url) == known


def test_paths_of_this_machine_are_told_from_hosts() -> None:
    assert [is_local(url) for url in ("/srv/a", "../a", "a", "./x:y", "file:///srv/a", "FILE:///srv/a")] == [True] * 6
    assert path_of("file:///srv/with%20space") == "/srv/with space"
    assert path_of("../a") == "../a"
    assert [without_ending(path) for path in ("/srv/a.git", "/srv/a/.git", "/srv/a/", "/srv/a.git/")] == ["/srv/a"] * 4


@given(
    some.text("abcXYZ0123456789_-+=.!$&%", min_size=1, max_size=20),
    some.sampled_from(["https://{}:{}@h.org/a/b.git", "ssh://{}:{}@h.org/a/b", "https://h.org/a/b?token={}{}"]),
)
def test_no_secret_of_an_address_is_kept(secret: str, form: str) -> None:
    kept = address(form.format("user", secret))
    assert kept == "h.org/a/b"


@given(some.text(max_size=60))
def test_whatever_is_written_as_an_address_is_read(url: str) -> None:
    kept = address(url)
    assert kept is None or (kept and kept == kept.rstrip("/"))
    assert not (is_local(url.strip()) and kept)


def known(root: str | None, *origins: str, more: tuple[str, ...] = ()) -> Known:
    return Known(root, frozenset(origins), frozenset((*origins, *more)))


def mine(root: str | None, origin: str | None, *more: str) -> Identity:
    return Identity(root, origin, frozenset((*((origin,) if origin else ()), *more)))


TEAM, FORK, OTHER, PUBLIC = "h/team/p", "h/ben/p", "h/other/p", "h/public/p"


@pytest.mark.parametrize(
    ("there", "here", "same"),
    [
        (known("r", TEAM), mine("r", TEAM), True),
        (known("r", TEAM), mine("r", FORK, TEAM), True),  # a fork whose upstream is the team's
        (known("r", FORK, more=(TEAM,)), mine("r", TEAM), True),  # the fork was first
        (known("r", TEAM, more=(PUBLIC,)), mine("r", OTHER, PUBLIC), False),  # two teams that forked the same project
        (known("r", TEAM), mine("r", OTHER), False),
        (known("r", TEAM), mine("s", TEAM), False),  # the same address, another history
        (known(None, TEAM), mine("r", TEAM), True),  # a shallow clone was first
        (known("r", TEAM), mine(None, TEAM), True),
        (known("r"), mine("r", None), True),  # no remotes anywhere
        (known("r"), mine("s", None), False),
        (known(None), mine(None, None), False),
        (known("r"), mine(None, None), False),
        (known("r", TEAM), mine("r", None), False),
        (known("r"), mine("r", TEAM), False),
    ],
)
def test_checkouts_of_one_team_meet_and_strangers_do_not(there: Known, here: Identity, same: bool) -> None:
    assert is_same(there, here) is same


ADDRESSES = some.sampled_from([TEAM, FORK, OTHER, PUBLIC])
ROOTS = some.sampled_from(["r", "s", None])
IDENTITIES = some.builds(
    lambda root, origin, more: mine(root, origin, *(more if origin else ())),
    ROOTS,
    some.none() | ADDRESSES,
    some.lists(ADDRESSES, max_size=2),
)


@given(IDENTITIES)
def test_whoever_is_known_is_known_again_unless_nothing_tells_it(one: Identity) -> None:
    there = Known(None, frozenset(), frozenset()).with_another(one)
    assert is_same(there, one) is (one.root is not None or one.origin is not None)


@given(IDENTITIES, IDENTITIES)
def test_it_does_not_matter_who_was_first(one: Identity, other: Identity) -> None:
    nobody = Known(None, frozenset(), frozenset())
    assert is_same(nobody.with_another(one), other) == is_same(nobody.with_another(other), one)


@given(IDENTITIES, IDENTITIES)
def test_different_histories_never_meet(one: Identity, other: Identity) -> None:
    if None not in (one.root, other.root) and one.root != other.root:
        assert not is_same(Known(None, frozenset(), frozenset()).with_another(one), other)
