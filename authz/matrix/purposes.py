"""Whether the purposes of a policy are what their articles make of them: S14 and S31.

A policy may make a purpose narrower than it stands in ``kept_purposes``, and never wider. One that no article names may
be added to the acts that departments perform in matters of their own; that is a change of the policy that could show
more, and is approved as one (``authz.matrix.widening``).
"""

from collections.abc import Iterable, Iterator

from authz.matrix.breach import Broken, Fault
from authz.matrix.kept_purposes import (
    CLEAN_RECORD,
    KEPT_PURPOSES,
    LOOKED_BACK,
    OF_DEPARTMENTS,
    OWN_LISTS,
    KeptPurpose,
)
from authz.matrix.world import World
from schema.regulations.purposes import FILE
from schema.regulations.regulation import Purpose
from schema.regulations.sources import Sources
from schema.vocabulary.administration import BasisRank, BasisStatus

_OF_LAW = frozenset({BasisRank.LAW, BasisRank.ADMIN_REGULATION, BasisRank.LOCAL_REGULATION})


def concern(world: World) -> Broken:
    """S14. A purpose concerns no kind of subject and no part in a matter beyond what its article names."""
    for purpose in world.policy.regulation.purposes.values():
        kept = KEPT_PURPOSES.get(purpose.code)
        yield from _faults(purpose, _beyond(purpose, kept) if kept is not None else ())


def stand(world: World) -> Broken:
    """S31. A purpose is of the group, under the duty and on the lists of its article, and asks for a matter where that
    does; one that no article names joins the acts of departments, and reaches persons on a law or regulation alone."""
    regulation = world.policy.regulation
    for purpose in regulation.purposes.values():
        kept = KEPT_PURPOSES.get(purpose.code)
        wrong = _unlike(purpose, kept) if kept is not None else _unfounded(purpose, regulation.sources)
        yield from _faults(purpose, wrong)


def _faults(purpose: Purpose, wrong: Iterable[str]) -> Broken:
    return (Fault(f"{purpose.code} {says}", (FILE, purpose.line)) for says in wrong)


def _beyond(purpose: Purpose, kept: KeptPurpose) -> Iterator[str]:
    if purpose.persons and not kept.persons:
        yield "covers natural persons"
    if purpose.organisations and not kept.organisations:
        yield "covers organisations"
    if kept.parts is not None:
        yield from (f"admits the part {part}" for part in sorted(frozenset(purpose.roles) - kept.parts))
        if purpose.any_role:
            yield "admits the part of anybody"
        elif not purpose.roles:
            yield "asks for no part"


def _unlike(purpose: Purpose, kept: KeptPurpose) -> Iterator[str]:
    if purpose.group != kept.group:
        yield f"is of group {kept.group}, and not {purpose.group}"
    if purpose.duty is not kept.duty:
        yield f"is under the duty {kept.duty}, and not {purpose.duty}"
    if kept.lists and purpose.everywhere:
        yield "stands on named matters lists, and not everywhere"
    for more in sorted(purpose.lists - kept.lists if kept.lists else ()):
        yield f"does not stand on the matters list {more}"
    if purpose.code == CLEAN_RECORD and not purpose.clean_record:
        yield "is offered where no instrument knows clean years"
    yield from _lax(purpose, matter=kept.matter, own_list=kept.own_list)


def _unfounded(purpose: Purpose, sources: Sources) -> Iterator[str]:
    if purpose.group not in OF_DEPARTMENTS:
        yield f"is named by no article, and may not be of group {purpose.group}"
    if purpose.everywhere:
        yield "is named by no article, and stands on no matters list"
    if not purpose.roles:
        yield "is named by no article, and names no part"
    if purpose.persons and not any(_is_law(sources, each) for each in purpose.basis):
        yield "is named by no article, and covers natural persons on no law or regulation"
    yield from _lax(purpose, matter=True, own_list=purpose.group == OWN_LISTS)


def _lax(purpose: Purpose, *, matter: bool, own_list: bool) -> Iterator[str]:
    if matter and not purpose.matter_required:
        yield "asks for no matter"
    if own_list and not purpose.own_list:
        yield "asks for no row of the department's own list"
    if purpose.years > LOOKED_BACK:
        yield f"looks back more than {LOOKED_BACK} years"


def _is_law(sources: Sources, article: str) -> bool:
    """BASIS: PIPL-34. State organs process personal information within the powers that law and regulation give them."""
    instrument = sources[article].instrument
    return instrument.rank in _OF_LAW and instrument.status is not BasisStatus.REPEALED
