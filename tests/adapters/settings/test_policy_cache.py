"""The settings in force, for a hook: kept beside the state, and noticed at once when a person changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.settings import policy_cache, settings_file
from mcp_server.adapters.settings.mode import mode_override, switch_mode
from mcp_server.domain.assignment.roles import RoleSettings
from mcp_server.domain.decision import Policy


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository in use, without settings."""
    state = tmp_path / ".git" / "interlock"
    state.mkdir(parents=True)
    (tmp_path / ".claude").mkdir()
    return Repository(str(tmp_path), str(state), str(tmp_path))


def write(repository: Repository, text: str) -> None:
    Path(repository.settings).write_text(text, encoding="utf-8")


def values(policy: Policy) -> tuple[str, str, tuple[str, ...]]:
    return policy.mode, policy.unclaimed, policy.open.patterns


def test_without_settings_the_defaults_are_in_force(repository: Repository) -> None:
    assert values(policy_cache.policy_of(repository)) == ("enforce", "allow", ())


def test_the_settings_are_read(repository: Repository) -> None:
    write(repository, 'mode = "warn"\nunclaimed = "deny"\nopen = ["docs/**", "!docs/x"]\n')
    for _ in range(2):
        assert values(policy_cache.policy_of(repository)) == ("warn", "deny", ("docs/**", "!docs/x"))


def test_the_file_is_parsed_only_when_it_changed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    read_settings = settings_file.read_settings

    def read(file: str) -> object:
        parsed.append(file)
        return read_settings(file)

    monkeypatch.setattr(settings_file, "read_settings", read)
    write(repository, 'mode = "warn"\n')
    for _ in range(3):
        policy_cache.policy_of(repository)
    assert len(parsed) == 1
    write(repository, 'mode = "off"\n')
    for _ in range(3):
        assert policy_cache.policy_of(repository).mode == "off"
    assert len(parsed) == 2


def test_a_change_of_the_same_length_is_noticed(repository: Repository) -> None:
    write(repository, 'open = ["aaa"]\n')
    assert policy_cache.policy_of(repository).open.covers("aaa")
    draft = Path(repository.settings + ".draft")
    draft.write_text('open = ["bbb"]\n', encoding="utf-8")
    draft.replace(repository.settings)
    assert policy_cache.policy_of(repository).open.covers("bbb")


def test_settings_that_are_gone_count_no_more(repository: Repository) -> None:
    write(repository, 'mode = "off"\n')
    assert policy_cache.policy_of(repository).mode == "off"
    Path(repository.settings).unlink()
    assert policy_cache.policy_of(repository).mode == "enforce"


def test_the_mode_that_a_person_switched_to_comes_first(repository: Repository) -> None:
    state = Path(repository.state)
    write(repository, 'mode = "warn"\nunclaimed = "deny"\n')
    switch_mode(str(state), "off")
    assert values(policy_cache.policy_of(repository)) == ("off", "deny", ())
    assert settings_file.settings_in_force(repository.settings, repository.state).mode == "off"
    switch_mode(str(state), None)
    switch_mode(str(state), None)
    assert policy_cache.policy_of(repository).mode == "warn"
    assert mode_override(repository.state) is None
    assert [file.name for file in state.iterdir()] == ["policy"]


@pytest.mark.parametrize("text", ['mode = "loud"', "mode = [", 'open = ["../x"]', "\xff = 1", 'open = "docs"'])
def test_broken_settings_are_refused_every_time_and_never_kept(repository: Repository, text: str) -> None:
    Path(repository.settings).write_text(text, encoding="latin-1")
    for _ in range(2):
        with pytest.raises(ValueError, match=r"interlock\.toml"):
            policy_cache.policy_of(repository)
    assert list(Path(repository.state).iterdir()) == []
    write(repository, 'mode = "warn"\n')
    assert policy_cache.policy_of(repository).mode == "warn"


@pytest.mark.parametrize("kept", ["", "nonsense", "1 2 3\nwarn", "\n\n\n"])
def test_a_broken_cache_is_made_anew(repository: Repository, kept: str) -> None:
    write(repository, 'unclaimed = "deny"\n')
    (Path(repository.state) / "policy").write_text(kept, encoding="utf-8")
    assert values(policy_cache.policy_of(repository)) == ("enforce", "deny", ())


def test_a_cache_that_cannot_be_written_is_no_trouble(repository: Repository) -> None:
    write(repository, 'mode = "warn"\n')
    (Path(repository.state) / "policy").mkdir()
    for _ in range(2):
        assert policy_cache.policy_of(repository).mode == "warn"


def test_the_roles_of_the_settings_are_read_and_kept(repository: Repository) -> None:
    write(repository, '[roles.docs]\ntools = ["Read", "mcp__docs__*"]\n[roles.quiet]\ndeny = ["Bash", "WebFetch"]\n')
    for _ in range(2):
        assert policy_cache.policy_of(repository).roles == (
            RoleSettings("docs", tools=("Read", "mcp__docs__*")),
            RoleSettings("quiet", deny=("Bash", "WebFetch")),
        )
