"""Where programs keep what they can fetch again."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox.caches import caches, existing, wanted

USUAL = """.cache .npm .cargo .m2 .gradle go/pkg .local/share/pnpm .rustup .nuget .bun .gnupg .local/share/direnv
    .local/share/mise .nvm .docker .kube/cache .julia .pyenv .ssh/known_hosts""".split()


@pytest.mark.parametrize("place", USUAL)
def test_the_usual_caches_are_in_the_home_directory(place: str) -> None:
    assert f"/h/{place}" in caches("/h", {})


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("XDG_CACHE_HOME", "/x", "/x"),
        ("npm_config_cache", "/x", "/x"),
        ("GOPATH", "/a:/b", "/b/pkg"),
        ("CARGO_HOME", "/x", "/x"),
        ("GNUPGHOME", "/x", "/x"),
        ("XDG_DATA_HOME", "/x", "/x/direnv"),
    ],
)
def test_the_environment_may_name_others(name: str, value: str, place: str) -> None:
    assert place in caches("/h", {name: value})


def test_a_relative_path_is_no_cache() -> None:
    assert caches("", {"CARGO_HOME": "src"}) == []


def test_only_the_caches_of_the_programs_that_run_are_created() -> None:
    assert wanted([], "/h", {}) == ["/h/.cache"]
    assert {"/h/.npm", "/h/.cache"} <= set(wanted(["npx"], "/h", {}))
    assert "/h/.npm" not in wanted(["cargo"], "/h", {})


def test_no_cache_is_the_home_directory_itself_or_configuration() -> None:
    assert not {"/h", "/h/.config", "/h/.ssh", "/h/.claude", "/h/.local", "/h/.local/share"} & set(caches("/h", {}))


def test_of_all_these_places_the_existing_ones_are_found(tmp_path: Path) -> None:
    for name in ("home/.npm", "home/.config", "home/.local/share/direnv", "moved/uv", "keys"):
        (tmp_path / name).mkdir(parents=True)
    environment = {"GNUPGHOME": str(tmp_path / "keys"), "XDG_DATA_HOME": str(tmp_path / "moved"), "CARGO_HOME": "/none"}

    found = existing(str(tmp_path / "home"), environment)

    names = {Path(place).relative_to(tmp_path).as_posix() for place in found}
    assert names == {"home/.npm", "home/.local/share/direnv", "moved/uv", "keys"}
    assert existing("", {}) == existing("/no/such/home", {}) == []
