"""Caller and demand -> grant: fetches the registered facts that the decision needs, and asks ``authz`` for it.

Decides nothing itself. What it looks up (the matter) depends on what was stated or consented to, never on whether
anyone asked about is known to the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from authz.access_log import ROOT as ACCESS_LOG
from authz.access_log import check_log
from authz.consented import check_named
from authz.grant import Grant, Scope
from authz.principal import Caller, Matter
from authz.purpose import Asked, Statement, admit, cover, cover_one
from authz.usage import check_usage
from gateway.in_force import InForce
from gateway.keys.sealing import normalised_number
from gateway.recent_matters import Find
from resolvers.compose import DATA_ROOTS
from resolvers.sealer import Sealer
from schema.demands.demand import Demand, Lookup, Page, Root, Slot, value_of
from schema.errors import Code, DocumentError, PolicyError
from schema.identifiers import is_uscc

VERDICT_ROOTS = frozenset({"standing", "standings"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The grant, the number for which it holds, the registered matter of that number, and who is looked up: internal
    ids, known here or not, with whether each is a natural person. Under a consent the number is its business reference,
    which needs no matter."""

    grant: Grant
    number: str | None
    matter: Matter | None
    asked: Asked
    sought: tuple[tuple[int, bool], ...] = ()


async def grant_for(
    caller: Caller,
    demand: Demand,
    variables: Mapping[str, object],
    in_force: InForce,
    find_matter: Find,
    sealer: Sealer,
) -> Granted:
    """Errors: the ``PolicyError``s of ``authz.purpose``."""
    lookups = tuple(_lookups(demand, variables))
    _check_codes(demand, variables)
    stated = _statement(demand, variables)
    number = _number(caller, stated)
    matter = await find_matter(caller.principal.client, number) if number is not None else None
    searched = any(root.field == "subjects" for root in demand.roots)
    asked = Asked(
        persons=any(lookup.by == "person" for lookup in lookups),
        organisations=any(lookup.by == "uscc" for lookup in lookups) or searched,
        searched=searched,
    )
    admission = admit(caller, stated, matter, asked, in_force.policy.regulation, in_force.today)
    if admission.scope is Scope.AUDIT and any(root.field in DATA_ROOTS for root in demand.roots):
        raise PolicyError(Code.SUBJECT_NOT_COVERED, "An auditor reads the log and no credit data.")
    check_log(demand, admission.scope)
    check_usage(demand, variables, caller.principal, admission, in_force.policy.regulation)
    persons = frozenset(_digests(lookups, variables, sealer))
    cover_one(caller, admission.scope, (*persons, *_organisations(lookups, variables, sealer)))
    if persons and admission.scope not in (Scope.CONSENT, Scope.SELF):
        cover(matter, admission.role, persons)
    grant = in_force.grants.grant(caller.principal, admission, in_force.today)
    if admission.rights is not None:
        check_named(demand, variables, grant, admission.rights, in_force.policy.catalogue)
    named = (*lookups, *_parties(demand, variables), *_searched(demand, variables))
    sought = (*_own_trail(demand, caller), *_sought(named, variables, sealer))
    return Granted(grant=grant, number=number, matter=matter, asked=asked, sought=sought)


def _statement(demand: Demand, variables: Mapping[str, object]) -> Statement | None:
    if demand.stated is None:
        return None
    number = value_of(demand.stated.matter, variables) if demand.stated.matter is not None else None
    matter = None if number is None else str(number)
    return Statement(code=demand.stated.code, role=demand.stated.role, matter=matter)


def _number(caller: Caller, stated: Statement | None) -> str | None:
    """Of the stated matter; under a consent its business reference, whether it is stated or not."""
    if stated is None:
        return None
    return stated.matter if caller.consented is None else caller.consented.matter


def _check_codes(demand: Demand, variables: Mapping[str, object]) -> None:
    """Whoever mistypes a code must not read that nothing stands against it: a verdict is given of every valid code,
    known here or not, and of no other."""
    for root in demand.roots:
        for lookup in _lookups_of(root, variables) if root.field in VERDICT_ROOTS else ():
            if lookup.by == "uscc" and not is_uscc(normalised_number(str(value_of(lookup.value, variables)))):
                raise DocumentError(Code.DOCUMENT_INVALID, "a look-up holds what is no unified social credit code")


def _lookups(demand: Demand, variables: Mapping[str, object]) -> Iterable[Lookup]:
    for root in demand.roots:
        yield from _lookups_of(root, variables)


def _lookups_of(root: Root, variables: Mapping[str, object]) -> Iterable[Lookup]:
    if root.lookup is not None:
        yield root.lookup
    if root.lookups is not None:
        found = value_of(root.lookups, variables)
        for item in found if isinstance(found, list | tuple) else ():
            yield from _entries(item)


def _parties(demand: Demand, variables: Mapping[str, object]) -> Iterable[Lookup]:
    """Whom a mutation names as parties of a matter."""
    for root in demand.roots if demand.operation == "mutation" else ():
        arguments = {name: value_of(slot, variables) for name, slot in root.arguments.items()}
        given = arguments.get("input", arguments)
        named = given.get("parties") if isinstance(given, Mapping) else None
        for party in named if isinstance(named, list | tuple) else ():
            yield from _entries(party["by"])


def _searched(demand: Demand, variables: Mapping[str, object]) -> Iterable[Lookup]:
    """Whom an officer searches the log for."""
    pages = (root.ask for root in demand.roots if root.field == ACCESS_LOG and isinstance(root.ask, Page))
    for condition in (condition for page in pages for condition in page.conditions if condition.key == "subject"):
        yield from _entries(value_of(condition.value, variables))


def _own_trail(demand: Demand, caller: Caller) -> Iterable[tuple[int, bool]]:
    """A subject that reads the log asks about itself."""
    if caller.subject is not None and any(root.field == ACCESS_LOG for root in demand.roots):
        yield caller.subject.id, caller.subject.natural


def _entries(item: object) -> Iterable[Lookup]:
    if isinstance(item, Mapping):
        for by, value in item.items():
            yield Lookup(by=by, value=Slot(literal=value))


def _digests(lookups: Iterable[Lookup], variables: Mapping[str, object], sealer: Sealer) -> Iterable[bytes]:
    for lookup in lookups:
        value = value_of(lookup.value, variables)
        if lookup.by == "person" and isinstance(value, Mapping):
            yield sealer.person_digest(str(value["idType"]), str(value["idNumber"]), str(value["name"]))


def _organisations(lookups: Iterable[Lookup], variables: Mapping[str, object], sealer: Sealer) -> Iterable[bytes]:
    for lookup in lookups:
        if lookup.by == "uscc":
            yield sealer.organisation_digest(str(value_of(lookup.value, variables)))


def _sought(lookups: Iterable[Lookup], variables: Mapping[str, object], sealer: Sealer) -> Iterable[tuple[int, bool]]:
    """Whom an operation asks about by identifier, as intake would know them."""
    for lookup in lookups:
        value = value_of(lookup.value, variables)
        if lookup.by == "uscc":
            yield sealer.internal_id("organisation", normalised_number(str(value))), False
        elif lookup.by == "person" and isinstance(value, Mapping):
            # written in whatever form: as the digests by which persons are found read it
            number = normalised_number(str(value["idNumber"]))
            yield sealer.internal_id("person", f"{value['idType']}:{number}"), True
