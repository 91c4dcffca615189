"""What the sequencer itself has to say, as leaves of a chain of its own: gaps, keys, the beginning and end of shards.

Each occasion is one chain, written closed and sequenced whole in the same transaction, so none is ever left behind.
Nothing here concerns a person; there are no side rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.ledger.append import entry_id
from gateway.ledger.entry import Decision, Entry, Kind
from gateway.ledger.leaf import of_nobody
from gateway.ledger.lint import lint_leaf
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.chains import FIRST_PREVIOUS
from gateway.ledger.proof.checkpoint import Checkpoint
from gateway.ledger.proof.note import vkey
from gateway.ledger.proof.tree import EMPTY_ROOT, leaf_hash
from gateway.ledger.sequence.backlog import Gap
from gateway.ledger.sequence.shards import origin

PRINCIPAL = "ledger"
GAPS_TOLD = 100  # in one leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """``action`` is a code; ``details`` go into the leaf as they are."""

    kind: Kind
    action: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChain:
    """Leaves of one closed chain. ``rows``: id, leaf and hash of each."""

    writer: UUID
    rows: tuple[tuple[UUID, bytes, bytes], ...]

    @property
    def places(self) -> tuple[tuple[UUID, int], ...]:
        return tuple((self.writer, wseq) for wseq in range(len(self.rows)))

    @property
    def leaves(self) -> tuple[bytes, ...]:
        return tuple(leaf for _, leaf, _ in self.rows)


def chain(statements: Sequence[Statement], t: int, random: Callable[[int], bytes]) -> OwnChain:
    """The statements as leaves, in order. ``t``: ms since the epoch."""
    writer = UUID(bytes=random(16), version=4)
    previous = FIRST_PREVIOUS
    rows = []
    for wseq, statement in enumerate(statements):
        entry = entry_id(t, random(10))
        leaf = _leaf(statement, entry, t, {"writer": str(writer), "wseq": wseq, "wprev": previous.hex()})
        previous = leaf_hash(leaf)
        rows.append((entry, leaf, previous))
    return OwnChain(writer=writer, rows=tuple(rows))


def missing(gaps: Sequence[Gap]) -> tuple[Statement, ...]:
    """Leaves were removed before they had a place: an alert for each hundred gaps."""
    return tuple(
        Statement(
            kind=Kind.ALERT,
            action="leaves-missing",
            details={
                "missing": [
                    {"writer": str(gap.writer), "first": gap.first, "last": gap.last}
                    for gap in gaps[begin : begin + GAPS_TOLD]
                ]
            },
        )
        for begin in range(0, len(gaps), GAPS_TOLD)
    )


def keys_named(log: str, shard: str, public: Sequence[bytes]) -> Statement:
    """From now on these keys sign the shard as well."""
    return Statement(kind=Kind.ADMIN, action="log-keys-named", details={"vkeys": _vkeys(log, shard, public)})


def frozen(log: str, following: str, public: Sequence[bytes]) -> Statement:
    """The last leaf of a shard: the next one, its keys, and its first checkpoint, which is that of the empty tree."""
    first = Checkpoint(origin=origin(log, following), size=0, root=EMPTY_ROOT)
    described = {**_told(first), "vkeys": _vkeys(log, following, public)}
    return Statement(kind=Kind.ADMIN, action="shard-frozen", details={"next": described})


def opened(
    log: str, shard: str, public: Sequence[bytes], previous: Checkpoint | None, lost: Sequence[Checkpoint] = ()
) -> Statement:
    """The first leaf of a shard: its keys, the last checkpoint of the one before it, and after a restored backup also
    the checkpoints that had been signed and are lost."""
    details: dict[str, object] = {
        "origin": origin(log, shard),
        "vkeys": _vkeys(log, shard, public),
        "previous": None if previous is None else _told(previous),
    }
    if lost:
        details["lost"] = [_told(each) for each in lost]
    return Statement(kind=Kind.ADMIN, action="shard-replaced" if lost else "shard-opened", details=details)


def _told(checkpoint: Checkpoint) -> Mapping[str, object]:
    """The three lines of a checkpoint."""
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}


def _vkeys(log: str, shard: str, public: Sequence[bytes]) -> list[str]:
    return [vkey(origin(log, shard), each) for each in public]


def _leaf(statement: Statement, entry: UUID, t: int, place: Mapping[str, object]) -> bytes:
    said = of_nobody(Entry(kind=statement.kind, principal=PRINCIPAL, decision=Decision.ALLOW, action=statement.action))
    leaf = canonical({**said, "id": str(entry), "t": t, "details": statement.details, **place})
    # INVARIANT: no personal data in leaves (W5).
    lint_leaf(leaf)
    return leaf
