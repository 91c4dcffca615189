"""What an explanation says to ask for is what to ask for: whoever then does is told of that very level at that place.

The matters that it asks for are registered, and the same document is explained under every purpose and role that the
caller may state: a hint names one that shows more, and where it says that none does, none does.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pytest

from authz.principal import Caller, Rights
from schema.vocabulary.administration import Role
from tests.fresh_database import FreshDatabase
from tests.generation.askers import NARROW, Asker
from tests.generation.identities import person, uscc
from tests.properties.heard_city import heard_city
from tests.reference.hearing import Hearing, Values

pytestmark = pytest.mark.anyio

RECORD = """
    documentNumber facts content remark leniency quarantineReasons authority { name }
    ... on Penalty { fineAmount } ... on Licence { licenceNumber }
    ... on ListEntry { noticeDate personTargets { name } } ... on Judgment { parties }
    ... on Profession { certificateNumber title }
    subject { name ... on NaturalPerson { idNumber } }
    measures { edges { node { status humanDecision } } }
"""
MEASURE = "status legalityReview humanDecision record { documentNumber } feedback { action result late }"
VERDICTS = "majorPenalty { answer } fieldPenalty { answer } seriousList { answer } cleanRecord { answer }"
SUBJECT = f"""
    name status standing {{ {VERDICTS} }}
    ... on Organisation {{ uscc officePhone financials contactPerson executives {{ name person {{ name }} }} }}
    ... on NaturalPerson {{ idNumber phone birthDate profession homeAddress ethnicity }}
    records(first: 3) {{ edges {{ node {{ {RECORD} }} }} }}
    measures(first: 3) {{ edges {{ node {{ {MEASURE} }} }} }}
"""
FIRM: Values = {"by": {"uscc": uscc(1)}}
WHO: Values = {"by": {"person": {"idNumber": person(1).number, "name": person(1).name}}}
OF_SUBJECT = f"($by: SubjectLookup!) {{ subject(by: $by) {{ {SUBJECT} }} }}"
DOCUMENTS: Mapping[str, tuple[str, Values]] = {
    "organisation": (OF_SUBJECT, FIRM),
    "person": (OF_SUBJECT, WHO),
    "verdicts": (f"($by: SubjectLookup!) {{ standing(by: $by) {{ {VERDICTS} }} }}", FIRM),
    "lists": (
        f"{{ records {{ edges {{ node {{ {RECORD} }} }} }} measures {{ edges {{ node {{ {MEASURE} }} }} }} }}",
        {},
    ),
    "filtered": (f"{{ records(filter: {{severity: [SERIOUS]}}) {{ edges {{ node {{ {RECORD} }} }} }} }}", {}),
}
SHOWN_ALL = {("A4", "person"), ("C3", "person"), ("A9", "verdicts"), ("C6", "verdicts")}
"""Who cannot be hinted at anything: no other purpose of theirs shows more, or they have no other."""
CLIENTS = ("A1", "A4", "A7", "A9", "C3", "C4", "C6")

EXPLAIN = """
    query ($document: String!, $variables: JSON) { explain(document: $document, variables: $variables) {
        refusal { code } fields { coordinate path items kind relation published level nearestFailedCondition } } }
"""
OPEN = "mutation ($input: OpenMatterInput!) { openMatter(input: $input) { number } }"
PURPOSES = """{ viewer { purposes { code roles scope } } }"""
LEVELS = ("WITHHELD", "VERDICT", "SUMMARY", "MASKED", "CLEAR")
NOTHING = "no purpose of this caller shows more: "
HINT = re.compile(
    r"(?P<codes>PM-\d{3}(?: PM-\d{3})*)(?: as (?P<roles>[a-z_ ]+?))?"
    r"(?:, in a registered matter|, with a consent that ticks it)?: "
    r"(?P<level>[A-Z]+)(?: \(MASK_\w+\))?(?P<rows> (?:of|in) .+)?"
)
ROWS = {
    "": "OTHER",
    " of what the caller provided or initiated": "SOURCE",
    " of targets of the caller's own measures": "TARGET",
    " in the caller's field of supervision": "OWN_FIELD",
    " of what is fed back to the caller's office": "REPORTED",
}

Fields: TypeAlias = list[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Hint:
    codes: frozenset[str]
    roles: tuple[str | None, ...]
    level: str
    relation: str


def hints(text: str) -> Iterator[Hint]:
    for part in text.split("; or "):
        found = HINT.fullmatch(part)
        assert found is not None, part
        roles = found["roles"]
        rows = (found["rows"] or "").removesuffix(" of what is public")
        yield Hint(
            codes=frozenset(found["codes"].split()),
            roles=(None,) if roles is None else tuple(Role) if roles == "any role" else tuple(roles.split(" or ")),
            level=found["level"],
            relation=ROWS[rows],
        )


@pytest.fixture(scope="module")
async def heard(module_database: FreshDatabase) -> AsyncIterator[Hearing]:
    async with heard_city(module_database) as (found, _):
        yield found


async def explained(heard: Hearing, caller: Caller, header: str, name: str) -> Fields | None:
    """None where the operation would be refused."""
    text, values = DOCUMENTS[name]
    variables = {"document": f"query {_stated(text, header)}", "variables": values}
    async with heard.consent_of(caller).use():
        said = (await heard.city.ask(EXPLAIN, variables, caller=caller)).data["explain"]
    return None if said["refusal"] is not None else said["fields"]


def _stated(text: str, header: str) -> str:
    declared, brace, rest = text.partition("{")
    return f"{declared}{header} {brace}{rest}"


async def under_every_purpose(heard: Hearing, caller: Caller, name: str) -> dict[tuple[str, str | None], Fields | None]:
    """By purpose and role, each in a matter of its own in which whoever is looked up is a party."""
    found: dict[tuple[str, str | None], Fields | None] = {}
    answer = await heard.city.ask(PURPOSES, caller=caller)
    for purpose in answer.data["viewer"]["purposes"]:
        code, by = purpose["code"], DOCUMENTS[name][1].get("by")
        any_role = code in {"PM-813", "PM-821"}
        for role in [str(each) for each in Role][:3] if any_role else purpose["roles"] or [None]:
            number = f"{name}-{code}-{role}"
            party = [{"by": by, "role": role or "party"}] if by and purpose["scope"] is not None else []
            given = {"number": number, "purpose": code, "operators": ["1001"], "parties": party}
            opened = await heard.city.ask(OPEN, {"input": given}, caller=caller)
            matter = f', matter: "{number}"' if opened.code is None else ""
            stated = f'@purpose(code: "{code}"{matter}{f", role: {chr(34)}{role}{chr(34)}" if role else ""})'
            found[code, role] = await explained(heard, caller, stated, name)
    return found


def reached(fields: Fields, now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The relations and levels of the same field of such rows there, where the edges on the way lead to it."""
    closed = {each["path"] for each in fields} - {each["path"] for each in fields if each["level"] in LEVELS[3:]}
    steps = now["path"].split(".")
    if any(".".join(steps[:number]) in closed for number in range(1, len(steps))):
        return
    for each in fields:
        same = (each["path"], each["coordinate"]) == (now["path"], now["coordinate"])
        of_such = now["kind"] in (None, each["kind"]) and (not now["items"] or {*now["items"]} & {*each["items"]})
        if same and of_such and (now["published"] is not False or not each["published"]):
            yield each["relation"], each["level"]


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("client", CLIENTS)
async def test_who_asks_for_what_is_hinted_is_told_of_that_level(heard: Hearing, client: str, name: str) -> None:
    caller = await heard.city.caller(client)
    others = {key: fields for key, fields in (await under_every_purpose(heard, caller, name)).items() if fields}
    hinted = 0
    for fields in (await explained(heard, caller, "", name), *others.values()):
        for now in fields or ():
            best = {level for other in others.values() for _, level in reached(other, now)}
            text = now["nearestFailedCondition"]
            if text is None or text.startswith(NOTHING):
                assert all(LEVELS.index(level) <= LEVELS.index(now["level"]) for level in best), (now, best)
                continue
            for hint in hints(text):
                assert LEVELS.index(hint.level) > LEVELS.index(now["level"])
                for code, role in others:
                    if code in hint.codes and role in hint.roles:
                        assert (hint.relation, hint.level) in set(reached(others[code, role], now)), (now, code)
                        hinted += 1
            assert max(best, key=LEVELS.index) in {hint.level for hint in hints(text)}, (now, best)
    assert bool(hinted) != ((client, name) in SHOWN_ALL)


async def test_nobody_hints_to_the_public(heard: Hearing) -> None:
    caller = await heard.city.caller(None)
    fields = await explained(heard, caller, "", "organisation")
    texts = {each["nearestFailedCondition"] for each in fields or () if each["level"] == "WITHHELD"}
    assert texts
    assert all(text.startswith(NOTHING) and "-" in text.removeprefix(NOTHING) for text in texts)


@pytest.mark.parametrize("asker", NARROW[:2], ids=lambda asker: asker.name)
async def test_a_consent_that_ticks_it_shows_what_is_hinted(heard: Hearing, asker: Asker) -> None:
    policy = heard.city.installation.policy
    everything = Rights(items=frozenset(policy.catalogue.items), fields=frozenset(policy.catalogue.fields))
    name = "person" if asker.persons else "organisation"
    now = await explained(heard, await heard.city.caller("B1"), "", name)
    stated = asker.matter.stated if asker.matter is not None else ""
    few = await explained(heard, await heard.caller(asker), stated, name)
    full = await explained(heard, await heard.caller(replace(asker, rights=everything)), stated, name)
    assert full is not None
    hinted = [each for each in (*(now or ()), *(few or ())) if "PM-901" in (each["nearestFailedCondition"] or "")]
    assert hinted
    for each in hinted:
        (hint,) = hints(each["nearestFailedCondition"])
        assert hint.level in {level for _, level in reached(full, each)}
