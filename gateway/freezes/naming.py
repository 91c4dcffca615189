"""What a person types to name what is frozen -> the name that the register knows it by.

It looks in the registers and the catalogue, so that nobody freezes a misspelt name and believes it frozen.
"""

from collections.abc import Collection

from authz.frozen import Target, person_of
from authz.grant import Scope
from gateway.identity.clients import AUDIT_ORGANISATION, Client, ClientRole, Clients


class NoSuchTarget(Exception):  # noqa: N818  # it says what became of the act
    """Nothing has been done."""

    def __init__(self, target: Target) -> None:
        super().__init__(_SENTENCES[target])


_SENTENCES = {
    Target.AGENCY: "an agency is named by a client of it that is registered",
    Target.OPERATOR: "an operator is named CLIENT/NUMBER, as it is registered",
    Target.ITEM: "an item is a code of the catalogue, such as PENALTY",
    Target.SCOPE: f"a scope is one of {', '.join(Scope)}",
}


async def name_of(target: Target, given: str, clients: Clients, items: Collection[str]) -> str:
    """The name in the register of freezes; ``items``: the codes of the catalogue. Errors: ``NoSuchTarget``."""
    match target:
        case Target.SCOPE:
            known = given in set(Scope)
        case Target.ITEM:
            known = given in items
        case Target.AGENCY:
            return _organisation(await clients.client(given), target)
        case Target.OPERATOR:
            client_id, _, number = given.partition("/")
            if await clients.staff(client_id, number) is None:
                raise NoSuchTarget(target)
            return person_of(_organisation(await clients.client(client_id), target), number)
    if not known:
        raise NoSuchTarget(target)
    return given


def _organisation(client: Client | None, target: Target) -> str:
    if client is None:
        raise NoSuchTarget(target)
    if client.agency is None and client.role is not ClientRole.AUDIT:
        raise NoSuchTarget(target)
    return client.agency.uscc if client.agency is not None else AUDIT_ORGANISATION
