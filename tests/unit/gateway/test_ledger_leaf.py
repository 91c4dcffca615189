"""An entry becomes a leaf that shows codes and counts, and hides people and whatever the caller chose."""

import hashlib
import itertools
from typing import Any
from uuid import UUID

import pytest

from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Query, RowRef, Shown
from gateway.ledger.errors import LeafRefused
from gateway.ledger.leaf import LEAF_LIMIT, Draft, draft, link
from gateway.ledger.lint import lint_leaf
from gateway.ledger.proof.canonical import read
from gateway.ledger.proof.chains import FIRST_PREVIOUS
from gateway.ledger.proof.commitments import commit, derive, root
from tests.ledger.ledgers import START, SampleVault, entry, members, released

ENTRY_ID = UUID("019e4287-6a00-7000-8000-000000000001")
WRITER = UUID("00000000-0000-4000-8000-000000000002")
SECRETS = (
    "420199198503120015",
    "13800138000",
    "李测试",
    "武汉市洪山区测试路1号",
    "91420199MA9TERT123",
    "HSZB-2026-0117",
    "192.0.2.7",
)


def drafted(given: Entry) -> Draft:
    """Drafted with the salts 0, 1, 2 ... of 32 equal bytes; the first is the seed."""
    salts = (bytes([n % 256]) * 32 for n in itertools.count())
    return draft(given, entry_id=ENTRY_ID, t=START, salt=salts.__next__, vault=SampleVault())


def leaf_of(**changes: Any) -> bytes:
    return link(drafted(entry(**changes)), writer=WRITER, wseq=0, wprev=FIRST_PREVIOUS)


def opened(field: str, text: str) -> str:
    return commit(field, derive(bytes(32), field), text.encode()).hex()


def test_a_leaf_is_canonical_and_says_where_it_stands() -> None:
    leaf = link(drafted(entry()), writer=WRITER, wseq=12, wprev=b"\x07" * 32)
    stated = read(leaf)
    assert isinstance(stated, dict)
    assert (stated["id"], stated["t"], stated["v"]) == (str(ENTRY_ID), START, 1)
    assert (stated["writer"], stated["wseq"], stated["wprev"]) == (str(WRITER), 12, "07" * 32)


def test_what_a_leaf_shows() -> None:
    stated = members(leaf_of())
    assert (stated["kind"], stated["principal"], stated["purpose"], stated["role"]) == (
        "release",
        "A1",
        "PM-301",
        "bidder",
    )
    assert stated["basis"] == ["HS-14(五)", "WH-二(二)1"]
    assert stated["policy"] == {"catalogue": "2026-05-01", "scope": "SHARING", "version": "2026-05-20.1"}
    assert stated["decision"] == {"reasons": [], "result": "partial", "times": 1}
    assert stated["counts"] == {
        "bytes": 900,
        "errors": 0,
        "fields": {"CLEAR": 2, "MASKED": 1},
        "records": 1,
        "subjects": 1,
    }
    assert stated["query"]["op"] == {"c": opened("op", "TenderCheck"), "len": 11}
    assert stated["query"]["doc"] == hashlib.sha256(b"document").hexdigest()
    assert stated["operator"]["role"] == "reviewer"
    assert stated["perf"] == {"db": 2, "total": 7}


def test_what_a_leaf_hides_can_be_opened() -> None:
    stated = members(leaf_of())
    assert stated["operator"]["c"] == opened("operator", "A1/1001")
    assert stated["case"] == {"c": opened("case", "HSZB-2026-0117"), "format": "LLLL-DDDD-DDDD", "present": True}
    assert stated["client"]["address"] == opened("address", "192.0.2.7")
    assert stated["vars"][0]["value"] == {"c": opened("vars/0", "91420199MA9TERT123"), "len": 18}
    assert stated["vars"][1] == {"name": "since", "type": "Date", "value": "2026-05-20"}


def test_the_nonce_and_the_body_reproduce_resp() -> None:
    made = drafted(entry())
    body = hashlib.sha256(b"body").digest()
    assert members(made.members)["resp"] == commit("resp", made.nonce, body).hex()


def test_an_entry_of_the_least_content() -> None:
    given = Entry(kind=Kind.DENY, principal="public", decision=Decision.DENY, reasons=("BAD_REQUEST",))
    stated = members(drafted(given).members)
    for key in ("operator", "purpose", "role", "consent", "query", "resp"):
        assert stated[key] is None
    assert stated["case"] == {"present": False}
    assert (stated["vars"], stated["released"], stated["client"]) == ([], [], {})


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_stands_in_a_leaf_wherever_the_caller_puts_it(secret: str) -> None:
    leaf = leaf_of(
        purpose=secret,
        role=secret,
        matter=secret,
        address=secret,
        query=Query(document=bytes(32), demand=None, operation=f"Q_{secret}_{secret}", depth=1, cost=1),
        variables=(
            Hidden(name="a", type="String", value=secret),
            Shown(name="b", type="Word", value=f"{secret}{secret}"),
            Hidden(name=f"n{secret}{secret}", type=f"T{secret}{secret}", value="[]"),
        ),
        released=(
            released(natural=True, subject=secret.encode(), rows=(RowRef(type="T", item="I", ref=secret.encode()),)),
        ),
    )
    lint_leaf(leaf)
    assert secret not in leaf.decode()
    assert secret.encode().hex() not in leaf.decode()


def test_half_a_character_from_a_caller_is_still_logged() -> None:
    leaf = leaf_of(matter="\ud800", purpose="\udfff", variables=(Hidden(name="a", type="String", value="\ud800"),))
    assert members(leaf)["case"]["present"] is True


def test_equal_values_give_different_commitments_in_two_entries() -> None:
    one = drafted(entry())
    other = draft(entry(), entry_id=ENTRY_ID, t=START, salt=lambda: b"\x09" * 32, vault=SampleVault())
    for key in ("operator", "case", "client", "resp", "released"):
        assert members(one.members)[key] != members(other.members)[key]


@pytest.mark.parametrize(
    "changes",
    [
        {"principal": "李测试"},
        {"reasons": ("420199198503120015",)},
        {"basis": ("见13800138000",)},
        {"performance": {"total": 1.5}},
        {"performance": {"总": 1}},
        {"fields": {"CLEAR": 13800138000}},
        {"policy_version": "e\u0301"},
        {"performance": {f"step{n}": n for n in range(2_000)}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_leaf_that_would_hold_what_it_must_not_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(LeafRefused):
        drafted(entry(**changes))


def test_a_caller_with_many_variables_is_still_logged() -> None:
    many = tuple(Hidden(name=f"v{n:0>60}", type="[" * 50, value="x" * 9_000) for n in range(400))
    stated = members(drafted(entry(variables=many[:24])).members)["vars"]
    assert [one["value"]["len"] for one in stated] == [9_000] * 24
    assert members(drafted(entry(variables=many)).members)["vars"]["n"] == 400


def test_few_subjects_are_listed_and_many_are_rooted() -> None:
    few, many = (tuple(released(natural=True, subject=bytes([n])) for n in range(size)) for size in (20, 201))
    listed = members(drafted(entry(released=few)).members)["released"]
    assert [one["n"] for one in listed] == [1] * 20
    made = drafted(entry(released=many))
    expected = root([one.commitment for one in made.disclosures]).hex()
    assert members(made.members)["released"] == {"n": 201, "root": expected}
    assert len(made.members) < LEAF_LIMIT


def test_subjects_that_do_not_fit_are_rooted() -> None:
    made = drafted(entry(released=tuple(released(natural=True, subject=bytes([n])) for n in range(200))))
    assert members(made.members)["released"]["n"] == 200
    assert members(made.members)["counts"]["subjects"] == 200
