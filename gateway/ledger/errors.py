"""Why an entry was not written. Whoever catches one of these sends no data.

Nothing here carries a value of the entry: the sentences are fixed.
"""


class NotWritten(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """No entry is known to be durable, so nothing may leave."""


class LedgerUnavailable(NotWritten):
    """The commit was not confirmed in time, or no chain is open. A later look may find the entry: the log may say
    "released" where nothing was, never the other way round."""

    def __init__(self) -> None:
        super().__init__("the ledger did not confirm the entry")


class LedgerBusy(NotWritten):
    """More entries are waiting than the ledger takes. ``retry_after``: seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many entries are waiting for the ledger")
        self.retry_after = retry_after


class LeafRefused(NotWritten):
    """The entry would put something into a leaf that must not be there: personal data, a float, too many bytes."""


class ReleaseRefused(NotWritten):
    """The release guard no longer permits this release: the consent ended between the reading and the commit."""

    def __init__(self) -> None:
        super().__init__("the release is no longer permitted")
