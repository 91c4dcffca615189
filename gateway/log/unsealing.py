"""An entry of the log -> whom it concerned; a suspected identifier -> the entries that concern it. For two officers.

Both come by the queue of approvals alone, which enters every step in the log. A subject that the register knows no more
keeps its internal id; what was erased stays erased.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gateway.administration import Administration
from gateway.approvals.officers import Officer
from gateway.approvals.queue import Act, Lack, NotGranted
from gateway.keys.sealing import KeyedSealer, normalised_number
from gateway.ledger.keeping.opening import NotOpened
from gateway.ledger.keeping.stored import actors, subject_key_id
from gateway.ledger.keeping.subject_keys import SubjectKey, find

_DISCLOSED = "SELECT n, ct, dek_id FROM audit_disclosure WHERE entry_id = $1 ORDER BY n"
_NAMES = "SELECT id, name, person_name_ct FROM subject WHERE id = ANY($1::bigint[])"
_KNOWN = "SELECT EXISTS (SELECT FROM audit_pending WHERE id = $1)"
_CONCERNED = "SELECT DISTINCT entry_id FROM audit_disclosure WHERE subject_ref = $1 ORDER BY entry_id"


def ref_of(administration: Administration, sealer: KeyedSealer, id_type: str, number: str) -> bytes:
    """The keyed digest by which side rows know a natural person, written in whatever form."""
    internal = sealer.internal_id("person", f"{id_type}:{normalised_number(number)}")
    return administration.vault.digest("subject", internal.to_bytes(8))


async def check_entry(administration: Administration, entry: UUID) -> None:
    """Errors: ``NotGranted`` where the log has no such entry."""
    if not await administration.owner.fetchval(_KNOWN, entry):
        raise NotGranted(Lack.NO_SUCH_REQUEST)


async def unsealed(
    administration: Administration, sealer: KeyedSealer, entry: UUID, request: UUID, by: Officer
) -> Mapping[str, Any]:
    """Who acted, in which matter, from where; and whom it concerned, with the rows and fields that were given out.
    Errors: ``NotGranted``, ``NotWritten``."""
    await administration.queue.use(request, Act.UNSEAL, str(entry), by)
    fetch = administration.owner.fetch
    rows = await fetch(_DISCLOSED, entry)
    ids = {row["dek_id"]: subject_key_id(row["dek_id"]) for row in rows}
    keys = await find(fetch, [each for each in ids.values() if each is not None])
    told = []
    for row in rows:
        key_id = ids[row["dek_id"]]
        key = None if key_id is None else keys.get(key_id)
        place = entry.bytes + int(row["n"]).to_bytes(4, "big")
        erased = row["ct"] is None or (key_id is not None and key is None)
        told.append(None if erased else _opened(administration, row["ct"], place, row["dek_id"], key))
    acting = (await actors(fetch, [entry])).get(entry)
    who = (
        None if acting is None or acting.ct is None else _opened(administration, acting.ct, entry.bytes, acting.dek_id)
    )
    return {
        "acted": who or {},
        "concerned": [await _named(administration, sealer, each) for each in told if each is not None],
        "erased": sum(each is None for each in told),
    }


async def concerned(administration: Administration, ref: bytes, request: UUID, by: Officer) -> tuple[UUID, ...]:
    """The entries that concern the person of this keyed digest. Errors: ``NotGranted``, ``NotWritten``."""
    await administration.queue.use(request, Act.TEST, ref.hex(), by)
    return tuple(row["entry_id"] for row in await administration.owner.fetch(_CONCERNED, ref))


def _opened(
    administration: Administration, sealed: bytes, place: bytes, dek_id: str, key: SubjectKey | None = None
) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = json.loads(administration.vault.open(sealed, aad=place, dek_id=dek_id, key=key))
    except NotOpened:
        return None
    return found


async def _named(administration: Administration, sealer: KeyedSealer, told: Mapping[str, Any]) -> Mapping[str, Any]:
    subjects = [int.from_bytes(bytes.fromhex(each)) for each in told["subjects"]]
    rows = {row["id"]: row for row in await administration.owner.fetch(_NAMES, subjects)}
    return {**told, "subjects": [_subject(each, rows.get(each), sealer) for each in subjects]}


def _subject(internal: int, row: Mapping[str, Any] | None, sealer: KeyedSealer) -> Mapping[str, Any]:
    name = None if row is None else row["name"]
    if row is not None and row["person_name_ct"] is not None:
        name = sealer.open_value(row["person_name_ct"])
    return {"id": internal, "name": name}
