"""What a machine and a session have beside their tools: docker, a browser, a device. Standard library alone."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "INTERLOCK_CAPABILITIES"
"""The environment variable in which a session says what else it can, such as `gpu,fast`."""
PROGRAMS = {
    "docker": ("docker", "podman"),
    "browser": "chromium chromium-browser google-chrome google-chrome-stable chrome firefox".split(),
    "gpu": ("nvidia-smi", "rocm-smi"),
    "device": ("adb", "ideviceinfo"),
}
"""The programs of which one shows that a machine has this. Any other capability is a program of that very name."""
FILES = {
    "gpu": ("/dev/nvidiactl", "/dev/kfd"),
    "browser": ("/Applications/Google Chrome.app", "/Applications/Firefox.app", "/Applications/Chromium.app"),
}
ONLY_SAID = ("fast", "long")
"""What is a matter of how a session works, whatever programs are called."""


def declared(environment: Mapping[str, str]) -> tuple[str, ...] | None:
    """The capabilities that a session says it has; None where it says nothing."""
    said = environment.get(VARIABLE)
    return None if said is None else tuple(dict.fromkeys(said.replace(",", " ").split()))


class HostMachine:
    """This machine, and what is said of it in the environment of this process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def has(self, capability: str) -> bool:
        """Whether it has this capability, or is said to."""
        if capability in (declared(self._environment) or ()):
            return True
        if capability in ONLY_SAID or os.sep in capability:
            return False
        programs = PROGRAMS.get(capability, (capability,))
        return any(map(self._finds, programs)) or any(map(os.path.exists, FILES.get(capability, ())))

    def _finds(self, program: str) -> bool:
        folders = self._environment.get("PATH", os.defpath).split(os.pathsep)
        names = (program, program + ".exe") if os.name == "nt" else (program,)
        return any(_is_program(os.path.join(folder, name)) for folder in folders if folder for name in names)


def _is_program(file: str) -> bool:
    return os.path.isfile(file) and os.access(file, os.X_OK)
