"""A request as the register holds it, and the words of the shipped policies, for tests without a server."""

from datetime import UTC, date, datetime
from uuid import UUID

from authz.principal import Rights, Subject
from gateway.consents.records import Request, RequestState, Terms
from gateway.portal.pages.deciding import Particulars
from gateway.portal.pages.naming import Names
from gateway.portal.texts import Language
from schema.demands.demand import Coordinate
from tests.unit.authz.edited import SHIPPED

NAMES = {
    language: Names(catalogue=SHIPPED.catalogue, regulation=SHIPPED.regulation, language=language)
    for language in Language
}
SENSITIVE = Coordinate("NaturalPerson.ethnicity")
FIELDS = frozenset(map(Coordinate, ("Licence.licenceKind", "Standing.seriousList")))
UNDER = {"PRACTICE_LICENCE": FIELDS - {"Standing.seriousList"}, "SERIOUS_LIST": FIELDS - {"Licence.licenceKind"}}
FIRST, LAST = date(2021, 1, 1), date(2026, 5, 31)


def request(*, necessity: str = "审批贷款", fields: frozenset[Coordinate] = FIELDS, depends: bool = True) -> Request:
    return Request(
        id=UUID(int=7),
        client="B1",
        thumbprint="k",
        subject=Subject(id=2, digest=b"", natural=True),
        terms=Terms(
            purpose="PM-901",
            matter="LN20260519-88",
            rights=Rights(items=frozenset({"PRACTICE_LICENCE", "SERIOUS_LIST"}), fields=fields),
            period=(FIRST, LAST),
            uses=2,
            days=30,
            retention_days=90,
        ),
        necessity=necessity,
        service_depends=depends,
        via=None,
        state=RequestState.SHOWN,
        asked_at=datetime(2026, 5, 19, tzinfo=UTC),
        lapses_at=datetime(2026, 5, 26, tzinfo=UTC),
    )


def particulars(*sensitive: Coordinate) -> Particulars:
    return Particulars(sensitive=frozenset(sensitive), under=UNDER)


def sent(**changes: str | None) -> dict[str, str]:
    """A form that grants a part; None leaves a field out."""
    form: dict[str, str | None] = {
        "item.PRACTICE_LICENCE": "yes",
        "field.Licence.licenceKind": "yes",
        "provide": "yes",
        "uses": "1",
        "days": "7",
        "from": "2024-01-01",
        "until": "2026-05-31",
        **changes,
    }
    return {name: value for name, value in form.items() if value is not None}
