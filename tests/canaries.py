"""Values that nobody could mistake, documents that carry them, and whether a text holds one in any spelling.

Invented: the number has the county suffix 99 of the test persons, the network addresses are those of documentation.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

CANARIES = {
    "name": "金丝雀测试人",
    "latin": "Nobody Canaryson",
    "number": "420199199207280027",
    "phone": "13900990099",
    "mail": "canary0099@nobody.test",
    "address": "金丝雀路九十九号",
    "matter": "CANARY-2026-金丝雀-0099",
    "staff": "canary.staff.0099",
    "prose": "canary prose of nobody",
    "operation": "CanaryOperation0099",
    "variable": "canaryVariable990099",
    "alias": "canaryAlias0099",
    "network": "198.51.100.99",
    "trace": "ca4a99ca4a99ca4a99ca4a99ca4a9900",
}
BUILDERS = "91420199MA9TERT123"


def birds(text: str) -> list[str]:
    """Those canaries that are seen here, as they are or in another spelling."""
    return [what for what, value in CANARIES.items() if any(each in text for each in spellings(value))]


def spellings(value: str) -> frozenset[str]:
    """Of the value: in JSON, in an address, in hexadecimal, in base64, and with its bytes taken for letters."""
    raw = value.encode()
    return frozenset(
        {value, json.dumps(value)[1:-1], quote(value), quote_plus(value), raw.hex(), raw.decode("latin-1")}
        | {str(raw)[2:-1], *_in_base64(raw)}
    )


def _in_base64(raw: bytes) -> Iterator[str]:
    """What is alike of it wherever it begins: without the letters that its neighbours share."""
    for before in range(3):
        yield urlsafe_b64encode(bytes(before) + raw).decode()[4 if before else 0 : -4]


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """An answer, and refusals of many kinds."""
    said = CANARIES
    yield (
        f"query {said['operation']}(${said['variable']}: String!) {{ {said['alias']}: subject(by: {{uscc: "
        f"${said['variable']}}}) {{ name ... on Organisation {{ registeredAddress }} "
        "records(first: 50) { edges { node { documentNumber facts } } } } }",
        {said["variable"]: BUILDERS},
    )
    person = {"idNumber": said["number"], "name": said["name"]}
    yield (
        f'query {said["operation"]}($who: PersonLookup!) @purpose(code: "PM-302", matter: "{said["matter"]}", '
        'role: "review_expert") { standing(by: {person: $who}) { identityMatch { answer } } }',
        {"who": person},
    )
    yield (
        'query Q($who: PersonLookup!) @purpose(code: "PM-302", matter: "HSZB-2026-0117-P", role: "review_expert") '
        "{ standing(by: {person: $who}) { identityMatch { answer } } }",
        {"who": {**person, "name": "王测试"}},
    )
    yield f'query Q @purpose(code: "{said["prose"]}") {{ subject(by: {{uscc: "{BUILDERS}"}}) {{ name }} }}', {}
    yield f"{{ {said['alias']} # {said['address']}\n }}", {}
    yield f'{{ subject(by: {{uscc: "{said["phone"]}"}}) {{ name }} }}', {"unused": said["prose"]}
    yield f"{{ {said['name']} }}", {}
