"""A family of records -> values for the columns that it fills, each telling of its own record.

``random`` chooses; texts hold a mark of the record, so that a value which reaches the wrong answer is recognised.
Clear texts hold a name and a number, redacted ones do not.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from schema.vocabulary.lists import ListCategory
from schema.vocabulary.records import FulfilmentState, LicenceKind, LicenceState, PenaltyKind, PerformanceState
from schema.vocabulary.words import Word
from tests.generation.identities import person
from tests.generation.states import TODAY

Seal = Callable[[str], bytes]
Values = dict[str, Any]
Fill = Callable[[Random, str, Seal], Values]

FINES = (0, 199_999_999, 200_000_000, 1_250_000, 5_000_000_001)
"""In fen: around the 2 million yuan of a major penalty, and ordinary ones."""


def sealed(column: str, mark: str, seal: Seal, mask: str | None = "redact_text") -> Values:
    """The ciphertext of a text about somebody, and the form that may be shown."""
    who = person(int(mark.rsplit("-", 1)[-1]) % 25)
    values: Values = {f"{column}_ct": seal(f"{mark}：当事人{who.name}（{who.number}），电话13800138000")}
    return values if mask is None else {**values, f"{column}__{mask}": f"{mark}：当事人[已隐去]"}


def days(random: Random, *columns: str) -> Values:
    return {column: any_day(random) for column in columns}


def any_day(random: Random) -> date | None:
    return None if random.random() < 0.15 else TODAY + timedelta(days=random.randint(-900, 900))


def words(mark: str, *columns: str) -> Values:
    return {column: f"{column}·{mark}" for column in columns}


def word(random: Random, vocabulary: type[Word]) -> str | None:
    return None if random.random() < 0.1 else random.choice([each.value for each in vocabulary])


def some(random: Random, vocabulary: type[Word]) -> list[str] | None:
    """Null, empty, or up to three words."""
    values = [each.value for each in vocabulary]
    return None if random.random() < 0.1 else random.sample(values, random.randint(0, 3))


def money(random: Random) -> int | None:
    return random.choice((None, *FINES))


def _licence(random: Random, mark: str, seal: Seal) -> Values:
    return {
        **words(mark, "document_name", "certificate_name", "licence_number", "licence_number__id_1_1"),
        **days(random, "valid_from"),
        "licence_kind": word(random, LicenceKind),
        "licence_state": word(random, LicenceState),
    }


def _penalty(random: Random, mark: str, seal: Seal) -> Values:
    return {
        **words(mark, "violation_type", "penalty_basis", "fine_band", "suspended_licence"),
        "penalty_kinds": some(random, PenaltyKind),
        "fine_amount": money(random),
        "confiscated_amount": money(random),
    }


def _judgment(random: Random, mark: str, seal: Seal) -> Values:
    return words(mark, "case_number", "court", "cause") | _award(random, mark, seal)


def _award(random: Random, mark: str, seal: Seal) -> Values:
    return {
        **words(mark, "case_number"),
        **sealed("parties", mark, seal, "name_doc"),
        **sealed("holding", mark, seal),
    }


def _adjudication(random: Random, mark: str, seal: Seal) -> Values:
    return sealed("parties", mark, seal, "name_doc") | sealed("holding", mark, seal)


def _defaulter(random: Random, mark: str, seal: Seal) -> Values:
    return {
        **words(mark, "case_number", "court", "basis_document"),
        **sealed("obligation", mark, seal),
        **days(random, "filed_on"),
        "performance": word(random, PerformanceState),
        "conduct": [f"情形·{mark}"] if random.random() < 0.8 else [],
    }


def _abnormal(random: Random, mark: str, seal: Seal) -> Values:
    return words(mark, "reason", "removal_reason") | days(random, "listed_on")


def _list_entry(random: Random, mark: str, seal: Seal) -> Values:
    return {
        **words(mark, "local_label", "decision_basis", "sanction_warning", "removal_conditions", "removal_procedure"),
        **words(mark, "remedies", "notice_document_number"),
        **sealed("party_objection", mark, seal, None),
        **days(random, "listed_on", "notice_date"),
        "list_category": word(random, ListCategory),
        "department_level": random.choice(("CITY", "DISTRICT", None)),
        "notice_complete": random.random() < 0.5,
    }


def _contract(random: Random, mark: str, seal: Seal) -> Values:
    return {
        **words(mark, "contract_number", "counterparty"),
        "amount": money(random),
        "performance": word(random, PerformanceState),
    }


def _commitment(random: Random, mark: str, seal: Seal) -> Values:
    return {
        **sealed("text", mark, seal),
        **sealed("evidence", mark, seal),
        **words(mark, "commitment_kind"),
        "fulfilment": word(random, FulfilmentState),
    }


def _evaluation(random: Random, mark: str, seal: Seal) -> Values:
    return words(mark, "model", "grade") | days(random, "period_from", "period_to") | {"score": random.randint(0, 1000)}


def _compliance(random: Random, mark: str, seal: Seal) -> Values:
    return sealed("statement", mark, seal) | days(random, "period_from", "period_to")


FAMILIES: Mapping[str, Fill] = {
    "Licence": _licence,
    "Penalty": _penalty,
    "Coercion": lambda random, mark, seal: words(mark, "measure_kind", "result"),
    "Confirmation": lambda random, mark, seal: words(mark, "matter_name", "result"),
    "Levy": lambda random, mark, seal: words(mark, "levy_kind") | {"amount": money(random)},
    "Payment": lambda random, mark, seal: words(mark, "payment_kind") | {"amount": money(random)},
    "Adjudication": _adjudication,
    "Compensation": lambda random, mark, seal: words(mark, "compensation_kind") | {"amount": money(random)},
    "Reward": lambda random, mark, seal: words(mark, "title") | {"amount": money(random)},
    "Inspection": lambda random, mark, seal: words(mark, "inspection_kind", "result"),
    "Arbitration": _award,
    "Judgment": _judgment,
    "Defaulter": _defaulter,
    "Profession": lambda random, mark, seal: words(mark, "title") | sealed("certificate_number", mark, seal, "id_1_1"),
    "AbnormalOperation": _abnormal,
    "ListEntry": _list_entry,
    "Contract": _contract,
    "Commitment": _commitment,
    "Evaluation": _evaluation,
    "LegalCompliance": _compliance,
    "Honour": lambda random, mark, seal: words(mark, "title", "granted_by") | {"revoked": random.random() < 0.2},
    "IntellectualProperty": lambda random, mark, seal: words(
        mark, "right_kind", "right_number", "infringement_decision"
    ),
    "SelfProvided": lambda random, mark, seal: words(mark, "authorisation") | sealed("statement", mark, seal),
    "AssociationReference": lambda random, mark, seal: (
        words(mark, "association") | sealed("statement", mark, seal) | {"reference_only": random.random() < 0.9}
    ),
}
"""All 24 families."""
