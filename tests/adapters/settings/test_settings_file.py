"""The settings file: reads it and checks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.settings.settings_file import KEYS, SECTIONS, SettingsError, read_settings, unknown_settings
from mcp_server.domain.assignment.roles import RoleSettings
from mcp_server.domain.assignment.routing import RoutingSettings
from mcp_server.domain.settings import MergeSettings, Settings, TeamSettings, WorktreeSettings


def written(folder: Path, text: str) -> str:
    file = folder / "interlock.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_file_that_is_not_there_leaves_the_defaults(tmp_path: Path) -> None:
    assert read_settings(str(tmp_path / "interlock.toml")) == Settings()
    assert unknown_settings(str(tmp_path / "interlock.toml")) == []
    assert Settings().lease_seconds == 1_800


def test_every_setting_is_read(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        'mode = "warn"\nunclaimed = "deny"\nlease_minutes = 2.5\nopen = ["./docs//**", "*.md"]\nretry_seconds = 5\n'
        'bash = "check"\nwritable = ["~/.terraform.d", "/data"]\nhold_builds = "never"\n'
        'tasks_file = "T.md"\nstate_file = "S.md"\nmax_agents = 8\n',
    )
    assert read_settings(file) == Settings(
        mode="warn",
        unclaimed="deny",
        lease_minutes=2.5,
        open=("docs/**", "*.md"),
        retry_seconds=5,
        bash="check",
        writable=("~/.terraform.d", "/data"),
        hold_builds="never",
        tasks_file="T.md",
        state_file="S.md",
        max_agents=8,
    )


def test_the_section_for_worktrees_is_read(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[worktree]\nplace = "beside"\nprepare = false\nsetup = ["make deps"]\ncopy = ["*.pem"]\nlink = ["data/big/"]\n'
        'ports = {PORT = 3000}\nnames = {DB = "app"}\nport = 1\n',
    )
    assert read_settings(file).worktree == WorktreeSettings(
        "beside", False, ("make deps",), ("*.pem",), ("data/big",), (("PORT", 3000),), (("DB", "app"),)
    )
    assert unknown_settings(file) == ["worktree.port"]
    assert read_settings(written(tmp_path, "[worktree]\nsetup = []\n")).worktree == WorktreeSettings(setup=())


def test_names_that_are_no_settings_change_nothing_and_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, 'mod = "warn"\nlease = 5\n"merge.check" = 1\n[more]\nmode = "off"\n')
    assert read_settings(file) == Settings()
    assert unknown_settings(file) == ["lease", "merge.check", "mod", "more"]


def test_the_section_about_merging_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, '[merge]\nstyle = "rebase"\ncheck = "make test"\n')
    assert read_settings(file) == Settings(merge=MergeSettings("rebase", "make test"))
    file = written(tmp_path, '[merge]\nchek = "make"\n')
    assert read_settings(file).merge == MergeSettings()
    assert unknown_settings(file) == ["merge.chek"]


def test_the_sections_about_models_roles_and_teams_are_read(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[routing]\nhaiku = "claude-haiku-4-5"\nlocal = "ollama run small"\nescalate_after = 2\n'
        '[roles.docs]\ntools = ["Read", "Edit", "mcp__wiki__*"]\n[roles.quiet]\ndeny = ["Bash"]\n'
        "[teams]\nplan_first = true\n",
    )
    settings = read_settings(file)
    assert settings.routing == RoutingSettings(haiku="claude-haiku-4-5", local="ollama run small", escalate_after=2)
    assert settings.roles == (
        RoleSettings("docs", tools=("Read", "Edit", "mcp__wiki__*")),
        RoleSettings("quiet", deny=("Bash",)),
    )
    assert settings.teams == TeamSettings(plan_first=True)
    assert unknown_settings(file) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("routing.escalate_after = 9", "routing.escalate_after must be a whole number, 0 for never, from 0 to 3"),
        ('routing.opus = "claude opus"', "routing.opus must be the name of a model"),
        ("roles = 1", "roles must be sections"),
        ('[roles.docs]\ndeny = ["Bash", "Read"]', "roles.docs.deny cannot name Read"),
        ("[roles.Docs]\ndeny = []", "roles.Docs must be named with small letters"),
        ("[roles.docs]", "roles.docs must be a section with `tools`, `deny` or both, not {}"),
        ('[roles.docs]\ntools = ["Edit()"]', "roles.docs.tools must name tools .*, not 'Edit\\(\\)'"),
        ('mode = "loud"', "mode must be one of enforce, warn, off, not 'loud'"),
        ("mode = 1", "mode must be one of"),
        ("merge = true", "merge must be a section, "),
        ('merge.style = "squash"', "merge.style must be one of merge, rebase, not 'squash'"),
        ("merge.style = []", "merge.style must be one of"),
        ("merge.check = 5", "merge.check must be a command, not 5"),
        ('merge.check = " "', "merge.check must be a command"),
        ("mode = []", "mode must be one of"),
        ('unclaimed = "maybe"', "unclaimed must be one of allow, deny"),
        ("lease_minutes = 0", "lease_minutes must be a number from 1 to 10080, not 0"),
        ("lease_minutes = -5", "lease_minutes"),
        ("lease_minutes = nan", "lease_minutes"),
        ("lease_minutes = inf", "lease_minutes"),
        ("lease_minutes = 1e300", "lease_minutes"),
        ("lease_minutes = true", "lease_minutes"),
        ('lease_minutes = "30"', "lease_minutes"),
        ("lease_minutes = 2026-01-01", "lease_minutes"),
        ("max_agents = 0", "max_agents must be a whole number from 1 to 1000, not 0"),
        ("max_agents = true", "max_agents"),
        ("max_agents = 2.5", "max_agents"),
        ("retry_seconds = 601", "retry_seconds must be a number from 0 to 600"),
        ('open = "docs"', "open must be a list of patterns"),
        ("open = [1]", "pattern"),
        ('open = ["../x"]', r"\.\./x"),
        ('open = ["[a"]', "never closed"),
        ('bash = "on"', "bash must be one of confine, check, off, not 'on'"),
        ('hold_builds = "yes"', "hold_builds must be one of auto, always, never"),
        ('writable = "/data"', "writable must be a list of folders"),
        ('writable = ["data"]', "writable must name folders that begin with / or ~/, not 'data'"),
        ('writable = ["/a\\u0000b"]', "writable must name folders"),
        ("writable = [1]", "writable must name folders"),
        ('store = "postgresql://db/interlock"', r"store must be a section, \[store\]"),
        ('store.url = "mysql://db/interlock"', "store.url must be an address that begins with postgresql://"),
        ("store.url = 5432", "store.url must be an address that begins with postgresql://"),
        ("tasks_file = 1", "tasks_file must be a path"),
        ("state_file = []", "state_file must be a path"),
        ("worktree = 1", "worktree must be a section"),
        ('worktree.place = "here"', "worktree.place must be one of inside, beside, not 'here'"),
        ("worktree.place = []", "worktree.place must be one of"),
        ("worktree.prepare = 1", "worktree.prepare must be true or false, not 1"),
        ('worktree.setup = "make"', "worktree.setup must be a list of commands, not 'make'"),
        ('worktree.setup = [""]', "worktree.setup must be a list of commands"),
        ("worktree.copy = [1]", "worktree.copy must be a list of patterns"),
        ('worktree.link = ["../x"]', "worktree.link must name paths below the worktree's root, not '../x'"),
        ('worktree.link = ["/"]', "worktree.link must name paths below"),
        ('worktree.link = [".git/x"]', "worktree.link must name paths below"),
        ("worktree.ports = [1]", "worktree.ports must be a table of environment variables"),
        ("worktree.ports = {PORT = 80}", "worktree.ports.PORT must be a port from 1024 to 65000, not 80"),
        ("worktree.ports = {PORT = true}", "worktree.ports.PORT must be a port"),
        ('worktree.ports = {"A B" = 3000}', "worktree.ports must name environment variables, not 'A B'"),
        ('worktree.names = {PATH = "x"}', "worktree.names must name environment variables, not 'PATH'"),
        ('worktree.names = {DB = "a b"}', "worktree.names.DB must be what names begin with"),
        ("mode = ", "cannot be read"),
        ('mode = "warn"\nmode = "off"', "cannot be read"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_the_file_and_the_name(
    tmp_path: Path, text: str, words: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError, match=words) as refused:
        read_settings(file)
    assert file in str(refused.value)


def test_the_table_has_a_reader_for_every_setting_and_no_other() -> None:
    top = set(Settings._fields) - SECTIONS.keys()
    inside = {f"{section}.{key}" for section, kind in SECTIONS.items() for key in kind._fields}
    assert set(KEYS) == top | inside


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "interlock.toml").write_bytes(b'mode = "\xff"')
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(str(tmp_path / "interlock.toml"))


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "interlock.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(str(tmp_path / "interlock.toml"))


@pytest.mark.parametrize(
    "text",
    [
        'store.url = "postgresql://ben:sesame@db/interlock"',
        'store.url = "postgresql://ben:se/sa?me@db/interlock"',
        'store.url = "postgresql://db/interlock?password=sesame"',
        'store.url = "postgresql://db/interlock?pass%77ord=sesame"',
        'store.url = "postgresql://db/interlock?sslpassword=sesame"',
        'store.url = "mysql://ben:sesame@db/interlock"',
        'store.url = ["postgresql://ben:sesame@db/interlock"]',
        'store = "postgresql://ben:sesame@db/interlock"',
    ],
)
def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"store.*must be|keep it out of them; PGPASSWORD, ~/\.pgpass") as refused:
        read_settings(written(tmp_path, text))
    assert "sesame" not in str(refused.value)
    assert "sa?me" not in str(refused.value)


def test_the_database_that_several_machines_share_is_named_by_its_address(tmp_path: Path) -> None:
    for url in (
        "postgresql://ben@db.example.com:5433/interlock?sslmode=require",
        "postgres://[2001:db8::1]:5433,db:5432/interlock?user=ben@tenant",
        "postgresql:///?service=team",
    ):
        assert read_settings(written(tmp_path, f'[store]\nurl = "{url}"')).store.url == url
    assert read_settings(written(tmp_path, "")).store.url is None
