"""How much the ledger takes at once, and how long it is waited for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times are seconds."""

    batch: int = 256  # entries in one transaction
    gather: float = 0.0  # how long a batch waits for more, beyond what came while the flushers were busy
    capacity: int = 4096  # entries waiting; one more is refused
    oldest: float = 1.0  # an entry waiting longer means that the ledger does not keep up
    confirm: float = 2.0  # an entry not confirmed by then is not answered
    retry_after: int = 1  # whole seconds, told to whoever is refused
