"""How tests call the reader: they compare the paths that a command would write, relative to the repository."""

from __future__ import annotations

from pathlib import Path

from mcp_server.adapters.git.bash_disk import GitDisk
from mcp_server.bash import reader
from mcp_server.bash.reading import Reading, Write

SIGNS = {"file": "", "tree": "/**", "prefix": "*"}


class Reads:
    """Reads commands in the repository `fixture_repo`."""

    def __init__(self, fixture_repo: Path) -> None:
        self.root = fixture_repo / "repo"
        self.home = str(fixture_repo / "home")

    def __call__(self, command: str, *, cwd: str = ".") -> Reading:
        environment = {"HOME": self.home, "USER": "dev", "GIT_CONFIG_NOSYSTEM": "1"}
        directory = str((self.root / cwd).resolve())
        return reader.read(command, directory, GitDisk(environment), home=self.home, environment=environment)

    def known(self, command: str, *, cwd: str = ".") -> list[str]:
        """The paths in the repository, sorted; the reading must be sure that these are all."""
        reading = self(command, cwd=cwd)
        assert not reading.unknown, reading.why
        return self.paths(reading)

    def paths(self, reading: Reading) -> list[str]:
        """The certain paths of a reading that lie in the repository and not in git's own directory."""
        return self._inside(reading.writes)

    def possible(self, command: str, *, cwd: str = ".") -> list[str]:
        """The paths in the repository that a command writes if it needs to."""
        return self._inside(self(command, cwd=cwd).possible)

    def _inside(self, writes: list[Write]) -> list[str]:
        prefix = f"{self.root}/"
        found = {
            write.path.removeprefix(prefix) + SIGNS[write.how]
            for write in writes
            if write.path.startswith(prefix) and "/.git/" not in f"/{write.path.removeprefix(prefix)}/"
        }
        return sorted(found)
