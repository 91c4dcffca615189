"""What tests of the log's tree share: a sequencer on a database of the test's own, and a look at what it made."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.database.scopes import DatabaseRole
from gateway.ledger.proof.checkpoint import Checkpoint, opened
from gateway.ledger.proof.note import key
from gateway.ledger.proof.tree import leaf_hash, root
from gateway.ledger.sequence import store
from gateway.ledger.sequence.notes import Notes
from gateway.ledger.sequence.sequencer import Pace, Sequencer
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.signer import LogKey, Signer
from tests.fresh_database import FreshDatabase
from tests.ledger.ledgers import START, seeded

LOG = "credit.420199/audit"
SHARD = "2026"
YEAR = 365 * 24 * 3600 * 1000
SLOW = Pace(round=0.01, standby=0.01)


def log_key(seed: int) -> LogKey:
    private = Ed25519PrivateKey.from_private_bytes(Random(seed).randbytes(32))
    return LogKey(public=private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), sign=private.sign)


@dataclass(slots=True, kw_only=True)
class Log:
    """A sequencer whose clock and keys the test moves."""

    database: FreshDatabase
    folder: Path
    name: str = LOG
    keys: list[LogKey] = field(default_factory=lambda: [log_key(1)])
    now: int = START
    pace: Pace = SLOW
    seed: int = 1000

    def sequencer(self, folder: Path | None = None) -> Sequencer:
        self.seed += 1
        return Sequencer(
            connect=self.connect,
            signer=Signer(log=self.name, keys=lambda: self.keys, notes=Notes(folder or self.folder)),
            clock=lambda: self.now,
            random=seeded(self.seed),
            pace=self.pace,
        )

    async def connect(self) -> asyncpg.Connection:
        role, credentials = DatabaseRole.SEQUENCER, self.database.credentials
        return await asyncpg.connect(self.database.url, user=credentials.name(role), password=credentials.secrets[role])

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await self.connect()
        try:
            yield connection
        finally:
            await connection.close()

    async def caught_up(self, sequencer: Sequencer | None = None) -> None:
        """Everything that is committed is given its place and signed, as after a start."""
        found = sequencer or self.sequencer()
        async with self.connected() as connection:
            await found.recover(connection)
            while await found.round(connection):
                pass

    def checkpoint(self, head: store.Head) -> Checkpoint:
        """What its note says, as a verifier opens it."""
        assert head.note is not None
        name = origin(self.name, head.shard)
        return opened(head.note, name, [key(name, each.public) for each in self.keys])

    async def verified(self) -> dict[str, tuple[bytes, ...]]:
        """The leaves of every shard, after each head has been held against them and against its note."""
        found = {}
        async with self.database.connect(DatabaseRole.LEDGER_READER) as reader:
            for head in await store.heads(reader):
                leaves = await store.leaves(reader, head.shard, 0, head.size + 1)
                hashes = [leaf_hash(leaf) for leaf in leaves]
                assert (len(hashes), root(hashes)) == (head.size, head.root)
                signed = self.checkpoint(head)
                assert (signed.size, signed.root) == (head.noted, root(hashes[: head.noted]))
                found[head.shard] = leaves
        return found

    async def heads(self) -> Sequence[store.Head]:
        async with self.database.connect(DatabaseRole.LEDGER_READER) as reader:
            return await store.heads(reader)
