"""What a command changes while it is read: the shell that runs it, and the disk as it would be.

A status here is the exit status of a command that was read instead of run. True and False are certain; LIKELY succeeds
unless something fails; None may be either, so both ways are followed. A program answers OPEN where it fails as commonly
as it succeeds, and None where it is LIKELY to succeed.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    Status = bool | str | None

LIKELY = "likely"
OPEN = "open"
