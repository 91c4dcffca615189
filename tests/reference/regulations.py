"""Catalogue and regulation -> the objects of the GraphQL reference types, written down once more.

Everything here is public and depends on no row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from schema.catalogue import Catalogue, CatalogueItem
from schema.regulations.listings import ListType, MeasureEntry
from schema.regulations.regulation import Purpose, Regulation

Object = Mapping[str, Any]
NATION = "000000"


@dataclass(frozen=True, kw_only=True)
class Regulations:
    catalogue: Catalogue
    regulation: Regulation
    today: date

    @cached_property
    def bases(self) -> Mapping[str, Object]:
        found: dict[str, Object] = {}
        for citation, basis in self.regulation.sources.items():
            instrument = basis.instrument
            found[citation] = {
                "citation": citation,
                "title": basis.title,
                "documentNumber": instrument.document_number,
                "issuer": instrument.issuer,
                "rank": str(instrument.rank),
                "article": basis.article,
                "effectiveFrom": instrument.effective_from,
                "effectiveTo": instrument.effective_to,
                "status": str(instrument.status),
            }
        return found

    def place(self, code: str | None) -> Object | None:
        """A jurisdiction that has rules of its own."""
        if code is None or code not in self.regulation.jurisdictions:
            return None
        found = self.regulation.jurisdictions[code]
        return {"code": code, "name": found.zh, "parent": self.place(found.parent), "profiles": self._profiles(code)}

    def item(self, code: str) -> Object | None:
        """An item of the published catalogue."""
        found = self.catalogue.items.get(code)
        return None if found is None or found.pseudo else self._item(found)

    def measure(self, code: str) -> Object | None:
        found = self.regulation.measures.get(code)
        return None if found is None else self._measure(found)

    # lists ------------------------------------------------------------------------------------------------------------

    def items(self, jurisdiction: str | None, category: str | None) -> list[Object]:
        line = self._line(jurisdiction)
        return [
            self._item(item)
            for item in self.catalogue.items.values()
            if not item.pseudo
            and (line is None or item.jurisdiction in line)
            and (category is None or category in {item.category, item.subcategory})
        ]

    def purposes(self, jurisdiction: str | None) -> list[Object]:
        if jurisdiction is None:
            return [self.purpose(each) for each in self.regulation.purposes.values()]
        if jurisdiction not in self.regulation.jurisdictions:
            return []
        offered = self.regulation.offered(jurisdiction, self.today)
        return [{**self.purpose(each), "jurisdiction": self.place(jurisdiction)} for each in offered]

    def measures(self, jurisdiction: str | None) -> list[Object]:
        instruments = self._instruments(jurisdiction)
        found: list[Object] = []
        for entry in self.regulation.measures.values():
            classes = [entry.class_under(each) for each in instruments]
            if jurisdiction is None or any(classes):
                category = next((str(each) for each in classes if each), str(entry.category))
                place = self.place(jurisdiction or NATION)
                found.append({**self._measure(entry), "jurisdiction": place, "category": category})
        return found

    def list_types(self, jurisdiction: str | None) -> list[Object]:
        instruments = self._instruments(jurisdiction)
        return [
            self._list_type(found, instruments, self.place(jurisdiction or NATION))
            for found in self.regulation.list_types.values()
            if jurisdiction is None or not found.basis.keys().isdisjoint(instruments)
        ]

    # objects ----------------------------------------------------------------------------------------------------------

    def _item(self, item: CatalogueItem) -> Object:
        fields = self.catalogue.fields_of(item.code)
        return {
            "code": item.code,
            "name": item.zh,
            "jurisdiction": self.place(item.jurisdiction),
            "category": str(item.category),
            "subCategory": item.subcategory and str(item.subcategory),
            "family": item.family,
            "kinds": sorted(map(str, item.kinds)),
            "nature": str(item.nature),
            "legalBasis": self._cited(item.legal_basis),
            "collectingDepartment": item.collecting_department,
            "shareAttribute": str(item.share_attribute),
            "shareScope": list(item.share_with),
            "publishAttribute": str(item.publish_attribute),
            "publishNaturalPersonBasis": self.bases.get(item.person_basis) if item.person_basis else None,
            "disclosureTermRule": str(item.disclosure_term),
            "repairable": item.repairable,
            "elements": [
                {
                    "coordinate": field.coordinate,
                    "name": field.zh,
                    "fieldClass": str(field.field_class),
                    "level": str(field.level) if field.level != "item" else None,
                    "masks": list(map(str, field.masks)),
                }
                for field in fields
            ],
            "updateCycle": item.update_cycle,
            "version": item.version,
            "effectiveFrom": item.effective_from,
            "effectiveTo": item.effective_to,
        }

    def purpose(self, purpose: Purpose) -> Object:
        return {
            "code": purpose.code,
            "name": purpose.zh,
            "scope": purpose.scope and str(purpose.scope),
            "roles": list(map(str, purpose.roles)),
            "duty": str(purpose.duty),
            "matterRequired": purpose.matter_required,
            "lookBackYears": purpose.years,
            "legalBasis": self._cited(purpose.basis),
        }

    def _measure(self, entry: MeasureEntry) -> Object:
        return {
            "code": entry.id,
            "name": entry.zh,
            "category": str(entry.category),
            "group": str(entry.group),
            "force": str(entry.force),
            "discretionary": entry.discretionary,
            "legalOrganOnly": entry.legal_organ_only,
            "legalBasis": self._cited(each for found in entry.basis.values() for each in found),
            "targets": _targets(frozenset(entry.target_types)),
            "reachRoles": list(map(str, entry.reach_roles)),
            "repealed": False,
        }

    def _list_type(self, found: ListType, instruments: tuple[str, ...], place: Object | None) -> Object:
        named = [label for each in instruments if (label := found.labels.get(each)) is not None]
        if found.code == "SERIOUS" and place is not None:
            renamed = self.regulation.profile(place["code"], self.today).list_label
            named = [renamed, *named] if renamed else named
        categories = [
            each for each in found.categories if not instruments or not each.basis.keys().isdisjoint(instruments)
        ]
        return {
            "code": str(found.code),
            "jurisdiction": place,
            "localLabel": named[0] if named else found.zh,
            "polarity": str(found.polarity),
            "categories": [str(each.id) for each in categories],
            "criteria": found.criteria,
            "removalConditions": found.removal_conditions,
            "removalProcedure": found.removal_procedure,
            "remedies": found.remedies,
            "legalBasis": self._cited(each for articles in found.basis.values() for each in articles),
        }

    def _profiles(self, code: str) -> list[Object]:
        return [
            {
                "version": version.id,
                "instrument": self.regulation.sources[version.basis[0]].instrument.id if version.basis else None,
                "effectiveFrom": version.effective_from,
                "effectiveTo": version.effective_to,
                "feedbackTo": version.says.get("feedback_to"),
                "pushTo": version.says.get("push_to"),
            }
            for version in self.regulation.jurisdictions[code].versions
        ]

    def _cited(self, citations: Iterable[str]) -> list[Object]:
        return [self.bases[citation] for citation in dict.fromkeys(citations) if citation in self.bases]

    def _line(self, jurisdiction: str | None) -> tuple[str, ...] | None:
        """The jurisdiction and its superiors; nothing for one that nobody knows."""
        if jurisdiction is None:
            return None
        return self.regulation.lineage(jurisdiction) if jurisdiction in self.regulation.jurisdictions else ()

    def _instruments(self, jurisdiction: str | None) -> tuple[str, ...]:
        """Of the jurisdiction before those of its superiors."""
        found: dict[str, None] = {}
        for code in reversed(self._line(jurisdiction) or ()):
            for version in self.regulation.jurisdictions[code].versions:
                found |= {self.regulation.sources[citation].instrument.id: None for citation in version.basis}
        return tuple(found)


def _targets(kinds: frozenset[Any]) -> str:
    if kinds == {"NATURAL_PERSON"}:
        return "NATURAL_PERSONS"
    return "BOTH" if "NATURAL_PERSON" in kinds else "MARKET_SUBJECTS"
