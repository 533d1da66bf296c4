"""The real disk, as far as reading a command asks for it; nothing here changes anything. On the hot path of a hook."""

import os

MOST_ENTRIES = 20_000
MOST_MEMBERS = 5_000
MOST_LOOKED_THROUGH = 20_000


class Disk:
    """Reads the disk. Whatever can't be read is as if it were not there."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self.environment = environment

    def is_dir(self, path: str) -> bool:
        """Whether a directory is there, links followed."""
        return os.path.isdir(path)

    def exists(self, path: str) -> bool:
        """Whether anything is there, links followed."""
        return os.path.exists(path)

    def is_link(self, path: str) -> bool:
        """Whether a symbolic link is there."""
        return os.path.islink(path)

    def target(self, path: str) -> str:
        """What the symbolic link says, "" for none."""
        try:
            return os.readlink(path)
        except (OSError, ValueError):
            return ""

    def real(self, path: str) -> str:
        """The path without links, `.` and `..`."""
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return os.path.normpath(path)

    def entries(self, directory: str) -> list[str]:
        """The names in a directory, sorted."""
        try:
            return sorted(os.listdir(directory)[:MOST_ENTRIES])
        except (OSError, ValueError):
            return []

    def text(self, path: str, most_bytes: int) -> str | None:
        """The text of a regular file."""
        try:
            if not os.path.isfile(path) or os.path.getsize(path) > most_bytes:
                return None
            with open(path, encoding="utf-8", errors="surrogateescape", newline="") as handle:
                text = handle.read(most_bytes + 1)
        except (OSError, ValueError):
            return None
        return text if text.isprintable() or not _is_binary(text) else None

    def mode(self, path: str) -> int | None:
        """The permission bits."""
        try:
            return os.stat(path).st_mode & 0o7777
        except (OSError, ValueError):
            return None

    def status(self, path: str) -> tuple[int, float, int] | None:
        """The size in bytes, the time of the last change and the number of names, a link not followed."""
        try:
            found = os.lstat(path)
        except (OSError, ValueError):
            return None
        return found.st_size, found.st_mtime, found.st_nlink

    def other_names(self, path: str) -> list[str]:
        """The other paths in the same repository that are hard links to the same file."""
        try:
            status = os.lstat(path)
        except (OSError, ValueError):
            return []
        if status.st_nlink < 2 or os.path.isdir(path):
            return []
        return same_file(_root(path), path, (status.st_ino, status.st_dev), status.st_nlink - 1)

    def program(self, name: str) -> str | None:
        """Where the PATH finds a program."""
        for folder in (self.environment or os.environ).get("PATH", os.defpath).split(os.pathsep):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK) and not os.path.isdir(path):
                return path
        return None

    def members(self, archive: str) -> list[str] | None:
        """The names in a tar or zip file."""
        try:
            with open(archive, "rb") as handle:
                return _zip_members(archive) if handle.read(2) == b"PK" else _tar_members(archive)
        except Exception:  # noqa: BLE001  whatever is wrong with an archive, its names can't be told
            return None


def _is_binary(text: str) -> bool:
    return any(character < " " and character not in "\0\t\n\r\f\v\b\a\x1b" for character in text[:2048])


def _tar_members(archive: str) -> list[str] | None:
    import tarfile

    found: list[str] = []
    with tarfile.open(archive) as members:
        for member in members:
            found.append(member.name + ("/" if member.isdir() else ""))
            if len(found) > MOST_MEMBERS:
                return None
    return found


def _zip_members(archive: str) -> list[str] | None:
    import zipfile

    with zipfile.ZipFile(archive) as members:
        found = members.namelist()
    return found if len(found) <= MOST_MEMBERS else None


def _root(path: str) -> str:
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        folder = os.path.dirname(folder)
    return os.path.dirname(path)


def same_file(root: str, path: str, identity: tuple[int, int], most: int) -> list[str]:
    """At most so many other paths below `root` of the file with this number on this device."""
    found: list[str] = []
    waiting, looked = [root], 0
    while waiting and len(found) < most and looked < MOST_LOOKED_THROUGH:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        looked += len(entries)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting += [entry.path] if entry.name != ".git" else []
            elif entry.inode() == identity[0] and entry.path != path and _is(entry.path, identity):
                found.append(entry.path)
    return found


def _is(path: str, identity: tuple[int, int]) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return (status.st_ino, status.st_dev) == identity
