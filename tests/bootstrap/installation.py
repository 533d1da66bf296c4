"""A throw-away copy of the set-up that installs a package of its own, without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import uv

PROJECT = Path(__file__).parents[2]
PYTHON = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
PROGRAM = """
import json, os, sys
import tiny
told = {"python": sys.executable, "arguments": sys.argv[1:], "tiny": tiny.VERSION, "cwd": os.getcwd()}
if "--read" in sys.argv:
    told["stdin"] = sys.stdin.read()
print(json.dumps(told))
sys.exit(int(os.environ.get("EXIT_CODE", "0")))
"""


class Installation:
    """A root to run from, a data folder, and the tools on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root, self.data, self.wheels, self.tools = (folder / name for name in ("root", "data", "wheels", "tools"))
        for made in (self.root / "mcp_server" / "bootstrap", self.data, self.wheels, self.tools, folder / "home"):
            made.mkdir(parents=True)
        shutil.copytree(PROJECT / "bin", self.root / "bin")
        shutil.copy(PROJECT / "mcp_server" / "__init__.py", self.root / "mcp_server")
        for source in PROJECT.glob("mcp_server/bootstrap/*.py"):
            shutil.copy(source, self.root / "mcp_server" / "bootstrap")
        (self.root / "mcp_server" / "__main__.py").write_text(PROGRAM)
        (self.tools / "python3").symlink_to(PYTHON)
        (self.tools / "uv").symlink_to(uv.find_uv_bin())
        self.lock(self.wheel("1.0"))

    @property
    def environ(self) -> dict[str, str]:
        """Nothing of the caller's; pip and uv are both told to get packages from one folder."""
        settings = self.folder / "uv.toml"
        settings.write_text(f'no-index = true\nfind-links = ["{self.wheels}"]\n')
        return {
            "HOME": str(self.folder / "home"),
            "PATH": f"{self.tools}:/usr/bin:/bin",
            "CLAUDE_PLUGIN_DATA": str(self.data),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "UV_CONFIG_FILE": str(settings),
        }

    def wheel(self, version: str, *, padding: int = 0) -> str:
        """A requirement, with its hash, for a tiny package that is created here."""
        info = f"tiny-{version}.dist-info"
        files = {
            "tiny.py": f"VERSION = {version!r}\n# {os.urandom(padding).hex()}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        files[f"{info}/RECORD"] = "".join(map(_record, files.items())) + f"{info}/RECORD,,\n"
        path = self.wheels / f"tiny-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return f"tiny=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"

    def lock(self, requirements: str) -> None:
        """Locks the root to these requirements, as an update of the plugin does."""
        (self.root / "requirements.txt").write_text(requirements)

    def without_uv(self) -> None:
        """As behind pyenv's shims: there is a `uv`, but it only says that there is none."""
        self.tool("uv", "echo 'uv: command not found' >&2; exit 127")

    def tool(self, name: str, script: str) -> None:
        """A program on the PATH."""
        path = self.tools / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """The launcher, running."""
        return subprocess.Popen(
            [self.root / "bin" / "interlock", *arguments],
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def launch(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The launcher, run to its end."""
        process = self.start(*arguments, **environ)
        stdout, stderr = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def bootstrap(self, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The set-up by itself, run to its end."""
        script = self.root / "mcp_server" / "bootstrap"
        command = [str(part) for part in (PYTHON, "-I", "-S", script, self.root, self.data, *options)]
        return subprocess.run(command, env=self.environ | environ, capture_output=True, text=True, check=False)

    def environments(self) -> set[str]:
        """The names of the environments in the data folder."""
        return {path.name for path in self.data.glob("env-*")}


def told(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What the program behind the launcher says about itself."""
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert isinstance(answer, dict)
    return answer


def _record(file: tuple[str, str]) -> str:
    name, text = file
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(text.encode())}\n"
