"""Catalogue and regulation -> the objects of the GraphQL reference types, as mappings by field name.

All of it is public (WH-二(三)2): catalogue, matters list, measures list, list criteria, articles. It comes from the
policy version in force and never from the database; made once for each version and business date.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from resolvers.readings import codes
from schema.catalogue import Catalogue, CatalogueField, CatalogueItem
from schema.regulations.jurisdictions import Version
from schema.regulations.listings import ListType, MeasureEntry
from schema.regulations.purposes import Purpose
from schema.regulations.regulation import Regulation
from schema.vocabulary.administration import PurposeScope
from schema.vocabulary.lists import ListTypeCode
from schema.vocabulary.subjects import SubjectKind

Object: TypeAlias = Mapping[str, Any]

NATION = "000000"


class References:
    """The reference objects of one policy version on one business date."""

    def __init__(self, catalogue: Catalogue, regulation: Regulation, today: date) -> None:
        self._catalogue = catalogue
        self._regulation = regulation
        self._today = today

    def finder(self, type_name: str) -> Callable[[Any], Any]:
        """What a stored text of this type stands for; unknown or null gives null."""
        if type_name == "OtherCode":
            return codes
        objects = {
            "CatalogueItem": self.items,
            "Jurisdiction": self.jurisdictions,
            "MeasureListEntry": self.measures,
            "LegalBasis": self.bases,
        }[type_name]
        return objects.get

    def basis(self, citation: str) -> Object | None:
        return self.bases.get(citation)

    @cached_property
    def bases(self) -> Mapping[str, Object]:
        return {
            citation: {
                "citation": citation,
                "title": found.title,
                "documentNumber": found.instrument.document_number,
                "issuer": found.instrument.issuer,
                "rank": found.instrument.rank.value,
                "article": found.article,
                "textDigest": None,
                "effectiveFrom": _day(found.instrument.effective_from),
                "effectiveTo": _day(found.instrument.effective_to),
                "status": found.instrument.status.value,
            }
            for citation, found in self._regulation.sources.items()
        }

    @cached_property
    def jurisdictions(self) -> Mapping[str, Object]:
        found: dict[str, dict[str, Any]] = {
            code: {"code": code, "name": each.zh, "profiles": self._profiles(code)}
            for code, each in self._regulation.jurisdictions.items()
        }
        for code, each in self._regulation.jurisdictions.items():
            found[code]["parent"] = found.get(each.parent) if each.parent else None
        return found

    @cached_property
    def items(self) -> Mapping[str, Object]:
        return {code: self._item(item) for code, item in self._catalogue.items.items() if not item.pseudo}

    @cached_property
    def measures(self) -> Mapping[str, Object]:
        return {code: self._measure(entry) for code, entry in self._regulation.measures.items()}

    @cached_property
    def purposes(self) -> Mapping[str, Object]:
        return {code: self._purpose(purpose) for code, purpose in self._regulation.purposes.items()}

    # lists ---------------------------------------------------------------------------------------------------------

    def catalogue(self, jurisdiction: str | None, category: str | None) -> list[Object]:
        """The items that hold in a jurisdiction: its own and those of its superiors."""
        lineage = self._lineage(jurisdiction)
        return [
            self.items[code]
            for code, item in self._catalogue.items.items()
            if code in self.items
            and (lineage is None or item.jurisdiction in lineage)
            and (category is None or category in (item.category, item.subcategory))
        ]

    def offered(self, jurisdiction: str | None) -> list[Object]:
        """The matters list of a jurisdiction, or every purpose there is."""
        if jurisdiction is None:
            return list(self.purposes.values())
        if jurisdiction not in self._regulation.jurisdictions:
            return []
        place = self.jurisdictions[jurisdiction]
        found = self._regulation.offered(jurisdiction, self._today)
        return [{**self.purposes[purpose.code], "jurisdiction": place} for purpose in found]

    def measure_list(self, jurisdiction: str | None) -> list[Object]:
        """The measures that the instruments of a jurisdiction provide, classed as they class them."""
        instruments = self._instruments(jurisdiction)
        place = self.jurisdictions.get(jurisdiction or NATION)
        return [
            {
                **self.measures[code],
                "jurisdiction": place,
                "category": next((c for i in instruments if (c := entry.class_under(i))), entry.category),
            }
            for code, entry in self._regulation.measures.items()
            if jurisdiction is None or any(instrument in entry.basis for instrument in instruments)
        ]

    def list_types(self, jurisdiction: str | None) -> list[Object]:
        instruments = self._instruments(jurisdiction)
        return [
            self._list_type(found, instruments, jurisdiction)
            for found in self._regulation.list_types.values()
            if jurisdiction is None or any(instrument in found.basis for instrument in instruments)
        ]

    # objects -------------------------------------------------------------------------------------------------------

    def _item(self, item: CatalogueItem) -> Object:
        return {
            "code": item.code,
            "name": item.zh,
            "jurisdiction": self.jurisdictions.get(item.jurisdiction),
            "category": item.category.value,
            "subCategory": item.subcategory.value if item.subcategory else None,
            "family": item.family,
            "kinds": sorted(kind.value for kind in item.kinds),
            "nature": item.nature.value,
            "legalBasis": self._cited(item.legal_basis),
            "collectingDepartment": item.collecting_department,
            "providerDepartments": None,
            "shareAttribute": item.share_attribute.value,
            "shareScope": list(item.share_with),
            "shareConditions": None,
            "publishAttribute": item.publish_attribute.value,
            "publishNaturalPersonBasis": self.bases.get(item.person_basis or ""),
            "disclosureTermRule": item.disclosure_term.value,
            "repairable": item.repairable,
            "repairBasis": None,
            "elements": [self._element(found) for found in self._catalogue.fields_of(item.code)],
            "updateCycle": item.update_cycle,
            "version": item.version,
            "effectiveFrom": _day(item.effective_from),
            "effectiveTo": _day(item.effective_to),
        }

    def _element(self, found: CatalogueField) -> Object:
        return {
            "coordinate": found.coordinate,
            "name": found.zh,
            "fieldClass": found.field_class.value,
            "level": found.level.value if found.level.value.startswith("L") else None,
            "masks": [mask.value for mask in found.masks],
        }

    def _purpose(self, purpose: Purpose) -> Object:
        return {
            "code": purpose.code,
            "name": purpose.zh,
            "jurisdiction": None,
            "scope": purpose.scope.value if purpose.scope else None,
            "roles": [role.value for role in purpose.roles],
            "duty": purpose.duty.value,
            "matterRequired": purpose.matter_required,
            "categories": None,
            "lookBackYears": purpose.years,
            "legalBasis": self._cited(purpose.basis),
            "effectiveFrom": None,
            "effectiveTo": None,
        }

    def _measure(self, entry: MeasureEntry) -> Object:
        return {
            "code": entry.id,
            "name": entry.zh,
            "jurisdiction": None,
            "category": entry.category.value,
            "group": entry.group.value,
            "listLevel": None,
            "force": entry.force.value,
            "discretionary": entry.discretionary,
            "legalOrganOnly": entry.legal_organ_only,
            "legalBasis": self._cited(entry.citations()),
            "targets": _targets(entry).value,
            "reachRoles": [role.value for role in entry.reach_roles],
            "applicableCategories": None,
            "maximumSeverityRule": None,
            "executingDepartments": None,
            "effectiveFrom": None,
            "effectiveTo": None,
            "repealed": False,
        }

    def _list_type(self, found: ListType, instruments: tuple[str, ...], jurisdiction: str | None) -> Object:
        return {
            "code": found.code.value,
            "jurisdiction": self.jurisdictions.get(jurisdiction or NATION),
            "localLabel": self._label(found, instruments, jurisdiction),
            "polarity": found.polarity.value,
            "categories": self._categories(found, instruments),
            "criteria": found.criteria,
            "removalConditions": found.removal_conditions,
            "removalProcedure": found.removal_procedure,
            "remedies": found.remedies,
            "legalBasis": self._cited(each for articles in found.basis.values() for each in articles),
        }

    def _label(self, found: ListType, instruments: tuple[str, ...], jurisdiction: str | None) -> str:
        """What the list is called there today: a later instrument of the city renames its districts' lists (C-18)."""
        if found.code is ListTypeCode.SERIOUS and jurisdiction is not None and instruments:
            renamed = self._regulation.profile(jurisdiction, self._today).list_label
            if renamed is not None:
                return renamed
        return next((found.labels[each] for each in instruments if each in found.labels), found.zh)

    def _categories(self, found: ListType, instruments: tuple[str, ...]) -> list[str]:
        return [
            category.id.value
            for category in found.categories
            if not instruments or any(category.named_by(instrument) for instrument in instruments)
        ]

    def _profiles(self, code: str) -> list[Object]:
        return [
            {
                "version": version.id,
                "instrument": next(iter(self._instruments_of(version)), None),
                "effectiveFrom": _day(version.effective_from),
                "effectiveTo": _day(version.effective_to),
                "feedbackTo": _told(version.says.get("feedback_to")),
                "pushTo": _told(version.says.get("push_to")),
            }
            for version in self._regulation.jurisdictions[code].versions
        ]

    def _cited(self, citations: Iterable[str]) -> list[Object]:
        return [self.bases[citation] for citation in dict.fromkeys(citations) if citation in self.bases]

    def _lineage(self, jurisdiction: str | None) -> frozenset[str] | None:
        if jurisdiction is None:
            return None
        known = jurisdiction in self._regulation.jurisdictions
        return frozenset(self._regulation.lineage(jurisdiction)) if known else frozenset()

    def _instruments(self, jurisdiction: str | None) -> tuple[str, ...]:
        """The instruments of a jurisdiction, its own before those of its superiors."""
        if jurisdiction is None or jurisdiction not in self._regulation.jurisdictions:
            return ()
        lineage = reversed(self._regulation.lineage(jurisdiction))
        return tuple(
            instrument
            for code in lineage
            for version in self._regulation.jurisdictions[code].versions
            for instrument in self._instruments_of(version)
        )

    def _instruments_of(self, version: Version) -> tuple[str, ...]:
        found = (self._regulation.sources[citation].instrument.id for citation in version.basis)
        return tuple(dict.fromkeys(found))


def _targets(entry: MeasureEntry) -> PurposeScope:
    persons = SubjectKind.NATURAL_PERSON in entry.target_types
    if persons and len(entry.target_types) > 1:
        return PurposeScope.BOTH
    return PurposeScope.NATURAL_PERSONS if persons else PurposeScope.MARKET_SUBJECTS


def _day(found: date | None) -> str | None:
    return None if found is None else found.isoformat()


def _told(recipients: object) -> list[str] | None:
    return list(map(str, recipients)) if isinstance(recipients, tuple) else None
