"""What the instruments leave of sharing and publication to the items they restrict, whatever the catalogue says: S30.

S5 to S7 hold rules to the attributes that the catalogue gives an item (共享属性, 公开属性), so no catalogue may open
one that an article closes: it may make it narrower than it stands here, and never wider. An item that is not here is
as open as its catalogue makes it. BASIS: WH-二(二)1 and 2, with the articles that stand beside the items.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from authz.matrix.breach import Broken, Fault
from authz.matrix.gates import SUFFICIENT
from authz.matrix.statute import groups
from authz.matrix.world import World
from schema.catalogue import CatalogueItem
from schema.regulations.sources import Sources
from schema.vocabulary.catalogue import PublishAttribute, ShareAttribute

_SHARED = (ShareAttribute.NONE, ShareAttribute.CONDITIONAL, ShareAttribute.UNCONDITIONAL)
_PUBLIC = (PublishAttribute.NONE, PublishAttribute.ON_REQUEST_OR_AUTHORISED, PublishAttribute.PUBLIC)
"""From the narrowest to the widest."""

_ITEMS = """
    PSAPL-136    NONE          NONE: PUBLIC_SECURITY_PENALTY
    CATALOGUE-13 NONE          ON_REQUEST_OR_AUTHORISED: SELF_PROVIDED
    PIPL-34      CONDITIONAL   NONE: REGISTRATION_PERSON PROFESSION
    PIPL-34      CONDITIONAL   PUBLIC: PRACTICE_LICENCE
    PIPL-28      CONDITIONAL   NONE: PAYMENT
    EZ-14        CONDITIONAL   NONE: ASSOCIATION_REFERENCE
    WH-二(二)1   CONDITIONAL   PUBLIC: JUDGMENT
    WH-二(二)1   CONDITIONAL   ON_REQUEST_OR_AUTHORISED: ARBITRATION ADJUDICATION COERCION LEVY COMPENSATION
    WH-二(二)2   UNCONDITIONAL ON_REQUEST_OR_AUTHORISED: CONFIRMATION EVALUATION LEGAL_COMPLIANCE
    HS-8         UNCONDITIONAL NONE: CLEAN_RECORD
"""
"""The article, how far it lets an item be shared and be published: and the items of which that holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItem:
    """How open an item is at most."""

    article: str
    shared: ShareAttribute
    public: PublishAttribute


def _read() -> Iterator[tuple[str, KeptItem]]:
    for (article, shared, public), codes in groups(_ITEMS):
        kept = KeptItem(article=article, shared=ShareAttribute(shared), public=PublishAttribute(public))
        yield from ((code, kept) for code in codes)


KEPT_ITEMS: Mapping[str, KeptItem] = MappingProxyType(dict(_read()))


def items(world: World) -> Broken:
    """S30. What an article closes is not shared, nor published, beyond it; and persons are published on an article that
    suffices for it (WH-二(二)2)."""
    for item in world.policy.catalogue.items.values():
        for says in _beyond(item, world.policy.regulation.sources):
            yield Fault(f"{item.code} {says}", (item.file, item.line))


def _beyond(item: CatalogueItem, sources: Sources) -> Iterator[str]:
    kept = KEPT_ITEMS.get(item.code)
    if kept is not None and _SHARED.index(item.share_attribute) > _SHARED.index(kept.shared):
        yield f"is shared as {item.share_attribute}, and at most {kept.shared} ({kept.article})"
    if kept is not None and _PUBLIC.index(item.publish_attribute) > _PUBLIC.index(kept.public):
        yield f"is published as {item.publish_attribute}, and at most {kept.public} ({kept.article})"
    if item.person_basis is not None and sources[item.person_basis].instrument.rank not in SUFFICIENT:
        yield f"publishes natural persons on {item.person_basis} alone"
