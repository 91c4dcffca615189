"""Why the sequencer stops. The sentences are fixed but for shards and sizes, and tell the operator what to do."""


class HeadMoved(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """Another sequencer moved the head: whatever was prepared is void."""

    def __init__(self) -> None:
        super().__init__("another sequencer works on this log")


class NotSigned(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """What the database says contradicts what has been signed, and signing it would tell two stories.

    Nothing that this program does by itself leads here: the database was restored from a backup, or tampered with.
    """

    def __init__(self, origin: str, signed: int, found: int | None) -> None:
        stands = "has no such tree" if found is None else f"stands at {found}"
        super().__init__(
            f"{origin} was signed at size {signed}, and the database {stands} or says otherwise: it was restored from "
            "a backup or changed. Nothing is signed over it; see docs/ledger.md, After restoring a backup"
        )


class NothingLost(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """The database holds everything that was signed, so no shard needs to be replaced."""

    def __init__(self) -> None:
        super().__init__("the database continues all that was signed; there is nothing to replace")
