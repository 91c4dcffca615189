"""Probes of the verifier: each puts one thing wrong in good evidence, and expects the sentence that says so."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

from gateway.ledger.proof import inclusion_file, lines, spelling, tiles
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.chains import StoredLeaf, StoredWriter, verify_chains
from gateway.ledger.proof.checkpoint import Checkpoint, opened, read_checkpoint
from gateway.ledger.proof.commitments import commit
from gateway.ledger.proof.directory import check_directory
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.note import NOTE_LIMIT, Key, open_note, read_vkey, sign
from gateway.ledger.proof.receipts import check_body, check_kept, read_receipt
from gateway.ledger.proof.runs import MISSING, Runs
from gateway.ledger.proof.tree import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash, node_hash, root
from tests.ledger.sample_logs import ORIGIN, SampleKey, SampleLog, grown, sample_leaves, sample_log
from tests.mutants.probing import pure

LOG = sample_log(300)
LEAVES = LOG.leaves
KEYS = (LOG.by.key,)
OTHER = SampleKey(seed=8)
WITNESS = SampleKey("witness.example", 9)
PLACE = "the leaf does not belong at its place"


def refusal(call: Callable[[], object]) -> str | None:
    """The sentence with which it is refused, or what breaks instead; nothing where it is not."""
    try:
        call()
    except ProofError as reason:
        return str(reason)
    except (LookupError, RuntimeError, TypeError, ValueError) as broken:
        return repr(broken)
    return None


@pure
def proofs_of_trees_are_checked() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    a, b, c = (leaf_hash(bytes([n])) for n in range(3))
    assert node_hash(a, b) != leaf_hash(a + b)[::-1]
    assert root([leaf_hash(b""), leaf_hash(b"\0")]).hex().startswith("fac54203")
    ab = node_hash(a, b)
    abc = node_hash(ab, c)
    included = partial(check_inclusion, index=0, size=3, leaf=a, proof=(b, c), root=abc)
    consistent = partial(check_consistency, old=2, old_root=ab, new=3, new_root=abc, proof=(c,))
    for good in (included, consistent):
        assert refusal(good) is None
    assert refusal(partial(included, index=3)) == "the leaf is outside of the tree"
    assert refusal(partial(included, proof=(b, c, c))) == "the proof of inclusion is too long"
    assert refusal(partial(included, proof=(b,))) == "the proof of inclusion is too short"
    assert refusal(partial(included, leaf=c)) == "the leaf is not in the tree"
    assert refusal(partial(consistent, old=4)) == "the older tree is larger"
    assert refusal(partial(consistent, old=3, old_root=abc)) == "the proof of consistency is too long"
    assert refusal(partial(consistent, old=3, proof=())) == "the trees are not consistent"
    assert refusal(partial(consistent, proof=(c, c))) == "the proof of consistency is too long"
    assert refusal(partial(consistent, proof=())) == "the proof of consistency is too short"
    assert refusal(partial(consistent, new_root=ab)) == "the trees are not consistent"
    odd = partial(check_consistency, old=3, old_root=abc, new=4, new_root=node_hash(ab, node_hash(c, a)))
    assert refusal(partial(odd, proof=(c, a, ab))) is None
    assert refusal(partial(odd, proof=(c, a, ab), old_root=a)) == "the trees are not consistent"


@pure
def numbers_and_bytes_have_one_spelling() -> None:
    assert refusal(lambda: spelling.octets("AAAAAAB=")) == "another spelling of Base 64"
    assert refusal(lambda: spelling.digest("AAAA")) == "a hash has 32 bytes"
    for text in ("07", "9223372036854775808"):
        assert refusal(partial(spelling.number, text)) == "not a decimal number without leading zeros"
    for data, width in ((b"\0\2a", 1), (b"\0\0", 2), (b"\0\0\0\0", 1)):
        told = refusal(partial(tiles.unbundle, data, width))
        assert told == "the bundle does not hold its leaves"
    assert refusal(lambda: tiles.split(bytes(64), 1)) == "the tile does not hold its hashes"
    assert refusal(lambda: tiles.bundle([bytes(65_536)])) == "a leaf is too long for a bundle"
    node = tiles.node_reader(lambda level, n: bytes(64), 1)
    assert refusal(lambda: node(0, 1)) == "the tree has no such node"


@pure
def notes_open_when_they_are_signed() -> None:
    note = LOG.checkpoint
    text, _, signature = note.decode().partition("\n\n")
    opening = partial(refusal, partial(open_note, note, KEYS))
    assert opening() is None
    for data, sentence in (
        (OTHER.sign(f"{text}\n"), "no key asked for has signed the note"),
        (note.replace(b"300", b"301"), "a signature is not good"),
        (note + b" " * NOTE_LIMIT, "the note is too long"),
        (note + b"".join(b"\xe2\x80\x94 %d AAAAAAA=\n" % n for n in range(100)), "the note has too many signatures"),
        (note + signature.encode(), "a key has signed twice"),
        (note.replace(b"\n300", b"\r\n300"), "the note is malformed"),
        (note[:-1], "the note is malformed"),
        (note + "— a AAAAAA==\n".encode(), "a signature is malformed"),
        (note + "— a+b AAAAAAA=\n".encode(), "a signature is malformed"),
        (note + "— a\u3000b AAAAAAA=\n".encode(), "a signature is malformed"),
        (note + b"a AAAAAAA=\n", "a signature is malformed"),
    ):
        assert refusal(partial(open_note, data, KEYS)) == sentence
    twin = Key(name=ORIGIN, id=LOG.by.key.id, public=OTHER.public)
    assert refusal(lambda: open_note(note, [twin, *KEYS])) == "two keys have one name and id"
    by = LOG.by
    assert refusal(lambda: sign("a\n", by.name, by.public, OTHER.private.sign)) == "a signature is not good"
    assert refusal(lambda: read_vkey(by.vkey.replace("+", "+0", 1))) == "not a key of a log"
    for wrong in ("a", "a\rb\n"):
        assert refusal(partial(by.sign, wrong)) == "a text ends in a newline and holds no control characters"


@pure
def checkpoints_are_of_their_log() -> None:
    head = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
    assert read_checkpoint(head.text) == head
    three = "a checkpoint has three lines"
    assert refusal(lambda: read_checkpoint(head.text + "\nmore\n")) == three
    for origin in ("", "a\r"):
        assert refusal(partial(read_checkpoint, replace(head, origin=origin).text)) == three
    assert refusal(lambda: read_checkpoint(replace(head, root=bytes(32)).text)) == "an empty tree has another root"
    another = LOG.by.sign(replace(head, origin="another").text)
    assert refusal(lambda: opened(another, ORIGIN, KEYS)) == "the checkpoint is of another log"
    seen = WITNESS.sign(head.text)
    told = refusal(lambda: opened(seen, ORIGIN, [*KEYS, WITNESS.key]))
    assert told == "the log has not signed the checkpoint"


@pure
def files_of_proofs_are_checked() -> None:
    proof, leaf = LOG.proof(17), leaf_hash(LEAVES[17])
    file = inclusion_file.write(proof)
    assert inclusion_file.read(file) == proof
    assert refusal(lambda: inclusion_file.check(proof, leaf, ORIGIN, KEYS)) is None
    other = refusal(lambda: inclusion_file.check(proof, leaf_hash(b""), ORIGIN, KEYS))
    assert other == "the leaf is not in the tree"
    told = refusal(lambda: inclusion_file.read(file.replace(b"@v1", b"@v2")))
    assert told == "not a proof of a log, of version 1"
    assert refusal(lambda: inclusion_file.read(file + bytes(2_000_000))) == "not a proof of a log"
    deep = inclusion_file.write(replace(proof, hashes=(leaf,) * 64))
    assert refusal(lambda: inclusion_file.read(deep)) == "the proof has no index, or too many hashes"


@pure
def directories_are_checked_whole() -> None:
    def told(log: SampleLog, *old: bytes) -> str | None:
        return refusal(lambda: check_directory(log.read, ORIGIN, KEYS, old))

    def with_tile(name: str) -> SampleLog:
        return replace(LOG, files={**LOG.files, name: bytes(len(LOG.files[name]))})

    kept = sample_log(200).checkpoint
    assert told(LOG, kept, LOG.checkpoint) is None
    assert told(replace(LOG, by=OTHER)) == "no key asked for has signed the note"
    for name in ("tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"):
        assert told(with_tile(name)) == f"the leaves do not lead to the tile {name}"
    last = grown([*LEAVES[:-1], LEAVES[-1].replace(b"release", b"deny")])
    assert told(replace(LOG, files=last.files)) == "the leaves do not lead to the root of the checkpoint"
    assert told(last, LOG.checkpoint) == "the log is not a continuation of the older checkpoint"
    assert told(sample_log(100), kept) == "the log is shorter than the older checkpoint"
    assert (told(grown([*LEAVES[:1], *LEAVES[2:]])) or "").startswith("a leaf is missing")
    assert (told(grown([LEAVES[0], LEAVES[0]])) or "").startswith(PLACE)


@pure
def writers_lose_no_leaf_unseen() -> None:
    def told(*leaves: bytes) -> str:
        runs = Runs(whole=True)

        def read() -> None:
            for leaf in leaves:
                runs.add(leaf)
            runs.close()

        return (refusal(read) or "good").partition(":")[0]

    def own(**changes: object) -> bytes:
        said = {**json.loads(LEAVES[0]), "action": MISSING, "kind": "alert", "writer": str(UUID(int=99))}
        return canonical({**said, **changes})

    def gap(writer: int, first: int, last: int) -> dict[str, object]:
        return {"missing": [{"writer": str(UUID(int=writer)), "first": first, "last": last}]}

    mine = LEAVES[:24:3]
    assert told(*mine) == "good"
    assert told(*mine[:2], *mine[4:]) == told(*mine[1:]) == "a leaf is missing"
    assert told(canonical({**json.loads(mine[0]), "wprev": "07" * 32})) == PLACE
    assert told(*mine, mine[0]) == told(mine[0], canonical({**json.loads(mine[1]), "wprev": "07" * 32})) == PLACE
    cut = (*mine[:2], *mine[4:])
    assert told(*cut, own(details=gap(0, 2, 3))) == "good"
    assert told(*cut, own(details=gap(0, 2, 2))) == told(*cut, own(details=gap(1, 2, 3))) == "a leaf is missing"
    assert told(*cut, own(details=gap(0, 2, 3), kind="release")) == "a leaf is missing"
    assert told(own(kind="admin", action="shard-opened", details={"previous": {}}), *mine[1:]) == "good"
    assert told(b"{}") == "a leaf is not one of this kind of log"


@pure
def slices_prove_themselves() -> None:
    def told(written: list[bytes]) -> str:
        return (refusal(lambda: lines.check(written, ORIGIN, KEYS)) or "good").partition(":")[0]

    def made(log: SampleLog, begin: int, end: int) -> list[bytes]:
        leaves, size = log.leaves[begin:end], len(log.leaves)
        return list(lines.write(begin, end, leaves, size=size, nodes=log.nodes, checkpoint=log.checkpoint))

    def changed(line: bytes, **changes: object) -> bytes:
        return canonical({**json.loads(line), **changes}) + b"\n"

    head, *rest = good = made(LOG, 5, 8)
    assert told(good) == "good"
    assert told([head, changed(rest[0], index=4), *rest[1:]]) == "line 5 of the log is not at its place"
    assert told([head, changed(rest[0], leaf_hash="00" * 32), *rest[1:]]) == "leaf 5 does not match its hash"
    assert told([head, changed(rest[0], note=1), *rest[1:]]) == "a line is not one of a log"
    assert told([*good[:-1], rest[-1][:-1]]) == "a line is not one of a log"
    assert told(good[:-1]) == "the lines are not as many as the first one says"
    after = json.loads(head)["after"]
    assert told([changed(head, after=after[::-1]), *rest]) == "the lines do not lead to the root of the checkpoint"
    assert told([changed(head, after=after[1:]), *rest]) == "the slice has not the hashes beside it"
    assert told([changed(head, format="x"), *rest]) == "not lines of a log, of version 1"
    assert told(made(replace(LOG, by=OTHER), 5, 8)) == "no key asked for has signed the note"
    assert told(made(grown([*LEAVES[:1], *LEAVES[2:]]), 0, 299)) == "a leaf is missing"
    assert told(made(grown([LEAVES[0], LEAVES[0]]), 0, 2)) == PLACE


class _Promised:
    """A kept answer: the leaf of its entry in a log, and what was claimed of it."""

    def __init__(self) -> None:
        self.nonce, self.digest, self.entry = bytes(32), b"\1" * 32, str(UUID(int=7))
        (leaf,) = sample_leaves(1)
        resp = commit("resp", self.nonce, self.digest).hex()
        self.leaf = canonical({**json.loads(leaf), "id": self.entry, "resp": resp})
        self.log = grown([self.leaf])

    def claims(self, **changes: object) -> dict[str, object]:
        said = {"iss": "i", "aud": "A1", "iat": 1, "mmd": 300, "origin": ORIGIN, "entry": self.entry}
        hashes = {"leaf_hash": leaf_hash(self.leaf).hex(), "nonce": "00" * 32, "resp_digest": "01" * 32}
        return {**said, **hashes, **changes}

    def token(self, header: dict[str, object], **changes: object) -> str:
        known = {"alg": "Ed25519", "kid": "k", "typ": "audit-receipt+jwt"}
        parts = [_base64(canonical({**known, **header})), _base64(canonical(self.claims(**changes)))]
        return f"{'.'.join(parts)}.{_base64(OTHER.private.sign('.'.join(parts).encode()))}"


def _base64(data: bytes) -> str:
    return spelling.base64(data).translate(str.maketrans("+/", "-_", "="))


@pure
def receipts_are_checked_step_by_step() -> None:
    kept = _Promised()
    keys = {"k": OTHER.public}
    good = kept.token({})
    claims = read_receipt(good, keys)

    def reading(text: str) -> str | None:
        return refusal(lambda: read_receipt(text, keys))

    assert refusal(lambda: read_receipt(good, {"k": LOG.by.public})) == "the signature of the receipt is not good"
    kind = "not a receipt of this kind of log"
    assert reading(kept.token({"alg": "none"})) == reading(kept.token({"more": "x"})) == kind
    malformed = "a claim of the receipt is malformed"
    assert reading(kept.token({}, iat="1")) == reading(kept.token({}, nonce="00")) == malformed
    assert reading(f"{good}=") == "not Base 64 of a receipt"
    assert refusal(lambda: check_body(claims, b"")) == "the receipt is for another body"

    def keeping(**changes: object) -> str | None:
        told = replace(claims, **changes)  # type: ignore[arg-type]
        return refusal(lambda: check_kept(told, kept.log.proof(0), KEYS))

    assert keeping() is None
    assert keeping(leaf_hash=bytes(32)) == "the proof is of another leaf"
    assert keeping(entry="x") == "the leaf is of another entry"
    assert keeping(nonce=b"\2" * 32) == "the leaf is about another answer"
    assert keeping(origin="credit.420199/audit/2024") == "the checkpoint is of another log"
    moved = replace(kept.log.proof(0), index=1)
    assert refusal(lambda: check_kept(claims, moved, KEYS)) == "the leaf is outside of the tree"


@pure
def chains_of_rows_are_checked() -> None:
    writer = UUID(int=0)
    rows = [
        StoredLeaf(writer=writer, wseq=n, id=UUID(int=3 * n), leaf=leaf, leaf_hash=leaf_hash(leaf), t=_time(leaf))
        for n, leaf in enumerate(LEAVES[:12:3])
    ]
    ends = [StoredWriter(writer=writer, last_wseq=3)]

    def told(*leaves: StoredLeaf) -> str:
        return (refusal(lambda: verify_chains(leaves, ends)) or "good").partition(":")[0]

    assert told(*rows) == "good"
    assert told(*rows, replace(rows[0], writer=UUID(int=1))) == "unknown writer"
    assert told(*rows[:2], rows[3]) == "a leaf is missing"
    assert told(replace(rows[0], leaf_hash=bytes(32)), *rows[1:]) == "the leaf does not match its hash"
    assert told(replace(rows[0], t=0), *rows[1:]) == PLACE
    assert told(*rows[:3]) == "the chain was cut"


def _time(leaf: bytes) -> int:
    t: int = json.loads(leaf)["t"]
    return t
