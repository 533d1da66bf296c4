"""The real client, run as a person would run it but with an empty home and a model on loopback."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.e2e.harness import processes
from tests.e2e.harness.session import Ended, Session
from tests.e2e.harness.terminal import Terminal
from tests.e2e.harness.turns import WAIT_SECONDS

_KEY = "sk-ant-loopback"
# A plugin's first start may have to fetch its dependencies the way this machine is set up to.
_PASSED_ON = ("PIP_", "UV_", "SSL_CERT_")


class ClaudeClient:
    """One installed version of the client, with a home of its own; several sessions may run at once."""

    def __init__(self, binary: Path, version: str, home: Path, model_url: str, env: Mapping[str, str] = {}) -> None:
        self.version = version
        self.home = home
        self._binary = binary
        self._env = {**_environment(home, model_url), **env}
        self._started: list[Session | Terminal] = []
        self._numbers = itertools.count(1)
        (home / "tmp").mkdir(parents=True, exist_ok=True)

    def run(
        self,
        prompt: str,
        *,
        cwd: Path,
        plugin_dir: Path | None = None,
        resume: str = "",
        name: str = "",
        args: Sequence[str] = (),
    ) -> Ended:
        """A whole session with one prompt (`claude -p`); AssertionError when it does not end."""
        options = [*_options(plugin_dir, resume, name, args), *args]
        return self._headless([prompt, *options], cwd, subprocess.DEVNULL).finish()

    def start(
        self,
        prompt: str = "",
        *,
        cwd: Path,
        plugin_dir: Path | None = None,
        resume: str = "",
        name: str = "",
        args: Sequence[str] = (),
    ) -> Session:
        """A session in the background: with its only prompt, or without one, to be spoken to."""
        options = [*_options(plugin_dir, resume, name, args), *args]
        if prompt:
            return self._headless([prompt, *options], cwd, subprocess.DEVNULL)
        return self._headless(["--input-format", "stream-json", *options], cwd, subprocess.PIPE)

    def interactive(
        self, *, cwd: Path, plugin_dir: Path | None = None, resume: str = "", name: str = "", args: Sequence[str] = ()
    ) -> Terminal:
        """A session at a terminal, past the questions that a first start asks."""
        self.answer_first_questions(cwd)
        options = [*_options(plugin_dir, resume, name, args), *args, "--debug-file", str(self._debug_file())]
        terminal = Terminal([str(self._binary), *options], cwd=cwd, env=self._env)
        self._started.append(terminal)
        return terminal

    def command(self, *args: str, cwd: Path | None = None) -> str:
        """What a subcommand such as `plugin list` prints; AssertionError when it fails."""
        done = subprocess.run(
            [str(self._binary), *args],
            check=False,
            cwd=cwd or self.home,
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WAIT_SECONDS,
        )
        assert done.returncode == 0, f"claude {' '.join(args)}: {done.stdout}{done.stderr}"
        return done.stdout

    def in_background(self, prompt: str, *, cwd: Path, plugin_dir: Path, args: Sequence[str] = ()) -> None:
        """A background session with one prompt, which `clean_up` ends.

        Its process is not a child of the one that asks for it, and has the variables of the settings alone.
        """
        self.answer_first_questions(cwd)
        settings = self.home / ".claude" / "settings.json"
        given = {
            name: value for name, value in self._env.items() if name.startswith(("ANTHROPIC_", "CLAUDE_", "DISABLE_"))
        }
        settings.write_text(json.dumps({"env": given}))
        self.command("--bg", *_options(plugin_dir, "", "", ()), *args, prompt, cwd=cwd)

    def install_plugin(self, market: Path, plugin: str = "interlock@interlock") -> None:
        """`plugin` from the marketplace in the folder `market`, such as a checkout, as a user installs it."""
        self.command("plugin", "marketplace", "add", str(market))
        self.command("plugin", "install", plugin)

    def transcript(self, session_id: str) -> str:
        """What the client has saved of a session so far; it writes late, and can only resume what it saved."""
        files = self.home.glob(f".claude/projects/*/{session_id}.jsonl")
        return "".join(file.read_text() for file in files)

    def clean_up(self) -> None:
        """Nothing that this client started is running any more."""
        for started in self._started:
            processes.end_group(started.process)
        processes.end(self.home)
        for started in self._started:
            started.close()

    def _headless(self, args: list[str], cwd: Path, stdin: int) -> Session:
        debug_file = self._debug_file()
        output = ["--output-format", "stream-json", "--verbose", "--debug-file", str(debug_file)]
        process = subprocess.Popen(
            [str(self._binary), "-p", *args, *output],
            cwd=cwd,
            env=self._env,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        session = Session(process, debug_file)
        self._started.append(session)
        return session

    @property
    def env(self) -> dict[str, str]:
        """The environment of its sessions."""
        return dict(self._env)

    def export(self, name: str, value: str) -> None:
        """A variable that its sessions are started with from now on."""
        self._env[name] = value

    def find_also_in(self, folder: Path) -> str:
        """Let commands find programs in one more folder; returns their PATH."""
        self._env["PATH"] += f"{os.pathsep}{folder}"
        return self._env["PATH"]

    def use(self, variables: Mapping[str, str]) -> None:
        """Give its sessions these variables too."""
        self._env.update(variables)

    @property
    def binary(self) -> Path:
        """The program."""
        return self._binary

    def answer_first_questions(self, cwd: Path) -> None:
        """What a person would have answered before: about the theme, the key, and the folder `cwd`."""
        file = self.home / ".claude.json"
        known = json.loads(file.read_text()) if file.exists() else {}
        trusted = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
        answers = {
            "hasCompletedOnboarding": True,
            "theme": "dark",
            "bypassPermissionsModeAccepted": True,
            "customApiKeyResponses": {"approved": [_KEY[-20:]], "rejected": []},
            "projects": {**known.get("projects", {}), str(cwd): trusted},
        }
        file.write_text(json.dumps({**known, **answers}))

    def _debug_file(self) -> Path:
        return self.home / f"debug-{next(self._numbers)}.log"


def _options(plugin_dir: Path | None, resume: str, name: str, args: Sequence[str]) -> list[str]:
    options = [] if "--permission-mode" in args else ["--permission-mode", "bypassPermissions"]
    options += ["--plugin-dir", str(plugin_dir)] if plugin_dir else []
    options += ["--resume", resume] if resume else []
    return options + (["-n", name] if name else [])


def _environment(home: Path, model_url: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)},
        "HOME": str(home),
        # The shell and the Python of its commands are these, whatever else is installed.
        "SHELL": shutil.which("bash") or "/bin/bash",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "TMPDIR": str(home / "tmp"),
        "CLAUDE_CODE_TMPDIR": str(home / "tmp"),
        "ANTHROPIC_BASE_URL": model_url,
        "ANTHROPIC_API_KEY": _KEY,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL": "1",
        "CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION": "false",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_INSTALLATION_CHECKS": "1",
        "DISABLE_TELEMETRY": "1",
        # Lets a CI job that runs as root use bypassPermissions.
        "IS_SANDBOX": "1",
        "npm_config_update_notifier": "false",
    }
