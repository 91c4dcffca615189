"""Rules set to their widest: each is refused, changes nothing, or stands in the diff; nothing is opened in silence."""

from datetime import date
from random import Random

import pytest

from authz.compile import RELATIONS, compile_grant
from authz.grant import Grant, Level, Relation, RuleId, Scope
from authz.matrix.mutation import Mutant, Outcome, Trial, mutants, score, trial_of
from authz.policy import Policy
from authz.principal import BANK_ROLE, CREDIT_SERVICE_ROLE, PUBLIC, SUBJECT_ROLE, Principal
from authz.purpose import PUBLIC_ENQUIRY, Admission
from tests.unit.authz.shipped import loaded, reworded, shipped

DAY = date(2026, 5, 20)
EVERY = 24


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loaded(shipped())


@pytest.fixture(scope="module")
def trial(policy: Policy) -> Trial:
    return trial_of(policy, DAY)


def mutant(rule: str, **columns: str) -> Mutant:
    return Mutant(rule=RuleId(rule), columns=columns)


@pytest.mark.parametrize(
    ("changed", "outcome", "why"),
    [
        (mutant("SH-301-PENALTY-FINE", sub="any"), Outcome.INVARIANT, "S25"),
        (mutant("SH-301-PENALTY-FINE", dom="any"), Outcome.ABSORBED, ""),
        (mutant("SH-301-PENALTY-FINE", basis=""), Outcome.TYPING, "basis"),
        (mutant("SH-301-PENALTY-FINE", row="shared"), Outcome.TYPING, "row"),
        (mutant("SH-301-PENALTY-FINE", field="any"), Outcome.INVARIANT, "S"),
        (mutant("SH-604-PERSON-PROFESSION", purpose="group:persons"), Outcome.CEILING, "CEILING"),
        (mutant("PUB-PENALTY-PERSON-NAME", level="CLEAR", mask=""), Outcome.INVARIANT, "S1"),
        (mutant("SH-PERSONS-PERSON-NUMBER", mask="MASK_ID_COURT"), Outcome.INVARIANT, "S18"),
        (mutant("SH-831-SERIOUS-EXTRACT-TARGET", rel="any"), Outcome.WIDENED, ""),
        (mutant("CO-PENALTY-BAND", cond="always"), Outcome.ABSORBED, ""),
        (mutant("CO-PENALTY-BAND", sub="any"), Outcome.INVARIANT, "S3"),
        (mutant("CO-PENALTY-BAND", field="any"), Outcome.INVARIANT, "S"),
        (mutant("CO-PENALTY-BAND", field="set:extract"), Outcome.CEILING, "CEILING"),
        (mutant("CO-SERIOUS-STATUS", item="any"), Outcome.CEILING, "CEILING"),
        (mutant("CO-PENALTY-BAND", row="shared"), Outcome.TYPING, "row"),
        (mutant("SH-301-PENALTY-FINE", row="consented"), Outcome.TYPING, "of consent scope alone"),
        (mutant("OWN-PAYMENT", sub="any"), Outcome.ABSORBED, ""),
        (mutant("OWN-TEXT", level="CLEAR", mask=""), Outcome.CEILING, "CEILING"),
        (mutant("OWN-RED-VERDICT", row="own"), Outcome.WIDENED, ""),
    ],
    ids=str,
)
def test_a_widened_rule_comes_to_an_end(trial: Trial, changed: Mutant, outcome: Outcome, why: str) -> None:
    found = trial.trial(changed)
    assert (found.outcome, why in found.why) == (outcome, True)
    assert (found.cells > 0) is (outcome not in (Outcome.TYPING, Outcome.ABSORBED))


def test_every_attribute_of_every_allow_is_tried(policy: Policy) -> None:
    tried = {(each.rule, next(iter(each.columns))) for each in mutants(policy)}
    wanted = {"sub", "purpose", "field", "basis", "row", "item"}
    allows = [rule for rule in policy.rules if rule.allows]
    assert all((rule.id, column) in tried for rule in allows for column in wanted - {"item", "sub"})
    assert len(tried) > 8 * len(allows)


def test_a_sample_of_all_widened_rules_opens_nothing_in_silence(policy: Policy, trial: Trial) -> None:
    sample = tuple(mutants(policy))[::EVERY]
    tried = [trial.trial(each) for each in sample]
    counted = score(tried)
    assert sum(counted.values()) == len(sample) > 200
    assert all(counted[end] > 0 for end in (Outcome.TYPING, Outcome.INVARIANT, Outcome.CEILING, Outcome.ABSORBED))
    assert all(each.why for each in tried if each.outcome in (Outcome.TYPING, Outcome.INVARIANT, Outcome.CEILING))


Place = tuple[str, str, Relation, bool]
Fields = dict[str, tuple[Level, str | None]]


def shown(grant: Grant) -> dict[Place, Fields]:
    """All that a grant opens, by item, kind and relation; a relation without a part is as every other row."""
    found: dict[Place, Fields] = {}
    for part in grant.parts:
        fields = found.setdefault((part.item, part.kind, part.relation, part.published), {})
        for coordinate, disclosure in part.fields.items():
            if disclosure.level > fields.get(coordinate, (Level.NONE, None))[0]:
                fields[coordinate] = (disclosure.level, disclosure.mask)
    for item, kind, _, published in tuple(found):
        for relation in RELATIONS[grant.scope]:
            found.setdefault((item, kind, relation, published), found.get((item, kind, Relation.OTHER, published), {}))
    return found


def asked(policy: Policy) -> list[tuple[Principal, Admission]]:
    """The public, a bank with a consent, a subject, and some agencies for some purposes."""
    chance, found = Random(7), [(PUBLIC, Admission(scope=Scope.PUBLICATION, purpose=PUBLIC_ENQUIRY))]
    for role, scope, purpose in (
        (BANK_ROLE, Scope.CONSENT, "PM-901"),
        (CREDIT_SERVICE_ROLE, Scope.CONSENT, "PM-906"),
        (SUBJECT_ROLE, Scope.SELF, "PM-902"),
    ):
        who = Principal(client="A", organisation="A", role=role, jurisdiction="420100")
        found.append((who, Admission(scope=scope, purpose=purpose)))
    departments = sorted(policy.space.roles.leaves - {"public"})
    for purpose in chance.sample(sorted(policy.regulation.purposes), 12):
        part = next(iter(policy.regulation.purposes[purpose].roles), None)
        who = Principal(
            client="A", organisation="A", role=chance.choice(departments), jurisdiction="420111", agency_id=1,
            supervision_field="CONSTRUCTION",
        )  # fmt: skip
        found.append((who, Admission(scope=Scope.SHARING, purpose=purpose, role=part)))
    return found


def test_a_rule_that_is_absorbed_leaves_every_grant_as_it_was(policy: Policy, trial: Trial) -> None:
    """What the matrix does not tell apart, no answer can: grants are compiled without the matrix."""
    tried = [each for each in mutants(policy) if not {"basis", "row", "mask"} & each.columns.keys()]
    absorbed = [each for each in Random(3).sample(tried, 40) if trial.trial(each).outcome is Outcome.ABSORBED]
    assert len(absorbed) > 8
    for each in absorbed[:8]:
        edited = loaded(reworded(shipped(), each.rule, **each.columns))
        for who, admission in asked(policy):
            before, after = (shown(compile_grant(one, who, admission, DAY)) for one in (policy, edited))
            assert before == after, each
