"""Whether a policy could show more than the one before: in cells, or by what stands beside them."""

import pytest

from authz.matrix.evaluation import evaluate
from authz.matrix.widening import Weighed, weigh
from authz.policy import Policy
from tests.unit.authz.shipped import Files, appended, loaded, replaced, reworded, shipped, without

CEILING = "SHARING,PM-701,organisation,REGISTRATION_ORG,any,set:core,CLEAR,2026-01-01,2026-07-01,WC-二(三)7\n"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loaded(shipped())


def weighed(before: Policy, files: Files) -> Weighed:
    return weigh(before, loaded(files))


def test_without_a_policy_before_every_open_cell_is_new(policy: Policy) -> None:
    found = weigh(None, policy)

    assert (found.diff, found.narrowed, found.beside, found.widens) == (None, 0, (), True)
    assert found.widened == evaluate(policy).open_cells > 0


def test_the_same_is_no_wider(policy: Policy) -> None:
    found = weigh(policy, policy)

    assert (found.widened, found.narrowed, found.beside, found.widens) == (0, 0, (), False)


def test_fewer_rules_are_narrower_and_back_is_wider(policy: Policy) -> None:
    fewer = loaded(without(shipped(), "PUB-ORG-ADDRESS"))
    there, back = weigh(policy, fewer), weigh(fewer, policy)

    assert (there.widened, there.widens) == (0, False)
    assert there.narrowed == back.widened > 0
    assert (back.narrowed, back.widens) == (0, True)


def test_words_that_change_nothing_weigh_nothing(policy: Policy) -> None:
    commented = weighed(policy, appended(shipped(), "purposes.toml", "# nothing\n"))
    cited = weighed(policy, reworded(shipped(), "PUB-ORG-ADDRESS", basis="WH-二(二)2"))

    assert (commented.widens, cited.widens) == (False, False)
    assert cited.diff is not None
    assert cited.diff.beside == ("rule PUB-ORG-ADDRESS",)


@pytest.mark.parametrize(
    ("files", "beside"),
    [
        (replaced(shipped(), "purposes.toml", "matter_required = true", "matter_required = false"), "purpose"),
        (replaced(shipped(), "calendar/2026.toml", "2026-06-19", "2026-06-18"), "calendar"),
        (appended(shipped(), "ceilings_fields.csv", CEILING), "ceiling"),
    ],
    ids=["purpose", "calendar", "ceiling"],
)
def test_what_decides_beside_the_cells_counts(policy: Policy, files: Files, beside: str) -> None:
    found = weighed(policy, files)

    assert (found.widened, found.widens) == (0, True)
    assert {each.partition(" ")[0] for each in found.beside} == {beside}


def test_a_purpose_that_is_gone_is_no_wider(policy: Policy) -> None:
    head, _, rest = shipped()["purposes.toml"].decode().partition('[[purpose]]\ncode = "PM-905"')
    fewer = shipped() | {"purposes.toml": (head + rest[rest.index("[[purpose]]") :]).encode()}
    found = weighed(policy, fewer)

    assert found.diff is not None
    assert "purpose PM-905" in found.diff.beside
    assert (found.widened, found.beside) == (0, ())
    assert weigh(loaded(fewer), policy).beside == ("purpose PM-905",)
