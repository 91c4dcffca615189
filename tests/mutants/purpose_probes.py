"""Probes of admission: who may ask for what, about which kind of subject, in which matter; and of uses that tell."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from authz.cells import Asker
from authz.compile import asker_of
from authz.grant import Scope
from authz.grants import Grants
from authz.principal import PUBLIC, Caller, Matter, Party, Principal
from authz.purpose import Admission, Asked, Statement, admit, cover
from schema.errors import Code, PolicyError
from tests.mutants.amending import fresh
from tests.mutants.edge_city import AUDITOR, BANK, TODAY, TOMORROW, YESTERDAY, caller
from tests.mutants.probing import pure
from tests.mutants.scope_probes import POLICY

NOBODY, PERSONS, ORGANISATIONS = Asked(), Asked(persons=True), Asked(organisations=True)
TENDER, EXPERT = Statement(code="PM-301", role="bidder", matter="M"), Statement(code="PM-302", role="review_expert")


def code_of(call: Callable[[], object]) -> Code | None:
    """The code of the refusal, or None where there is none."""
    try:
        call()
    except PolicyError as refusal:
        return refusal.code
    return None


def matter(**given: object) -> Matter:
    values: dict[str, object] = {"number": "M", "client": "TENDER", "purpose": "PM-301", "opened_on": date(2026, 1, 5)}
    values |= {"closed_on": None, "operators": frozenset({"1001"}), "parties": ()}
    return Matter(**{**values, **given})  # type: ignore[arg-type]


def refused(
    who: Caller | str = "TENDER",
    stated: Statement | None = TENDER,
    found: Matter | None = None,
    asked: Asked = ORGANISATIONS,
) -> Code | None:
    """How the admission of a caller is refused."""
    known = caller(who) if isinstance(who, str) else who
    return code_of(lambda: admit(known, stated, found, asked, POLICY.regulation, TODAY))


def with_purposes(client: str, *purposes: str) -> Caller:
    found = caller(client)
    return replace(found, principal=replace(found.principal, purposes=frozenset(purposes)))


@pure
def purposes_are_those_of_both_lists() -> None:
    """BASIS: WC-二(二). On the jurisdiction's list, on the agency's own, and none that follows from who asks."""
    assert refused(found=matter()) is None
    assert refused(stated=replace(TENDER, code="PM-202"), found=matter(purpose="PM-202")) is Code.PURPOSE_NOT_ALLOWED
    elsewhere = with_purposes("ELSEWHERE", "PM-301")
    found = matter(client="ELSEWHERE")
    assert refused(elsewhere, found=found) is Code.PURPOSE_NOT_ALLOWED
    for never in ("PM-902", "PM-903"):
        claiming = with_purposes("TENDER", never)
        assert refused(claiming, Statement(code=never), None, NOBODY) is Code.PURPOSE_NOT_ALLOWED


@pure
def the_public_and_banks_state_no_purpose() -> None:
    """BASIS: WH-二(六)2. A bank asks under a consent and under nothing else."""
    public = Caller(principal=replace(PUBLIC, purposes=frozenset({"PM-301"}), jurisdiction="420100"))
    found = matter(client="public", operators=frozenset({None}))
    assert refused(public, found=found) is Code.PURPOSE_NOT_ALLOWED
    stated, own = Statement(code="PM-901", role="data_subject", matter="M"), matter(client=BANK, purpose="PM-901")
    assert refused(replace(caller(BANK), consent=None), stated, own) is Code.PURPOSE_NOT_ALLOWED
    agency = admit(caller("TENDER"), TENDER, matter(), ORGANISATIONS, POLICY.regulation, TODAY)
    assert agency == Admission(scope=Scope.SHARING, purpose="PM-301", role="bidder")


@pure
def persons_need_a_purpose() -> None:
    assert refused(stated=None, asked=PERSONS) is Code.PURPOSE_REQUIRED
    assert refused(stated=None) is None


@pure
def purposes_cover_whom_they_name() -> None:
    """BASIS: WC-二(三). Market subjects, natural persons, or both."""
    assert refused(found=matter(), asked=PERSONS) is Code.SUBJECT_NOT_COVERED
    stated, found = replace(EXPERT, matter="M"), matter(purpose="PM-302")
    assert refused(stated=stated, found=found) is Code.SUBJECT_NOT_COVERED
    assert refused(stated=stated, found=found, asked=PERSONS) is None


@pure
def roles_are_stated() -> None:
    assert refused(stated=replace(TENDER, role=None), found=matter()) is Code.ROLE_REQUIRED
    assert refused(stated=replace(TENDER, role="candidate"), found=matter()) is Code.ROLE_REQUIRED
    archive = Statement(code="PM-834", role="bidder")
    assert refused("SUPERVISOR", archive) is Code.ROLE_REQUIRED
    any_role = Statement(code="PM-821", matter="M")
    own = matter(client="SUPERVISOR", purpose="PM-821")
    assert refused("SUPERVISOR", any_role, own) is Code.ROLE_REQUIRED


@pure
def matters_are_needed() -> None:
    assert refused(stated=replace(TENDER, matter=None)) is Code.MATTER_REQUIRED
    archive = Statement(code="PM-834")
    assert refused("SUPERVISOR", archive) is None
    assert refused("SUPERVISOR", archive, asked=PERSONS) is Code.MATTER_REQUIRED


@pure
def matters_are_open_and_ones_own() -> None:
    """BASIS: WC-二(二), EZ-17. One refusal, whatever is wrong with the matter."""
    for found in (
        None,
        matter(number="N"),
        matter(client="SUPERVISOR"),
        matter(purpose="PM-302"),
        matter(operators=frozenset({"1002"})),
        matter(opened_on=TOMORROW),
        matter(closed_on=TODAY),
        matter(closed_on=YESTERDAY),
    ):
        assert refused(found=found) is Code.MATTER_NOT_OPEN, found
    assert refused(found=matter(closed_on=TOMORROW)) is None


@pure
def auditors_read_the_log_alone() -> None:
    """BASIS: WH-二(六)1."""
    assert refused(AUDITOR, None, None, NOBODY) is None
    assert refused(AUDITOR, Statement(code="PM-904"), None, NOBODY) is None
    assert refused(AUDITOR, Statement(code="PM-903"), None, NOBODY) is Code.PURPOSE_NOT_ALLOWED
    assert refused(AUDITOR, None, None, PERSONS) is Code.SUBJECT_NOT_COVERED
    assert refused(AUDITOR, None, None, ORGANISATIONS) is Code.SUBJECT_NOT_COVERED
    assert admit(caller(AUDITOR), None, None, NOBODY, POLICY.regulation, TODAY).scope is Scope.AUDIT


@pure
def persons_are_named_in_the_matter() -> None:
    """By the digest, in the stated role, as natural persons."""
    parties = (
        Party(digest=b"named", role="review_expert", natural=True),
        Party(digest=b"agent", role="agent", natural=True),
        Party(digest=b"firm", role="review_expert", natural=False),
    )
    found = matter(parties=parties)
    assert code_of(lambda: cover(found, "review_expert", [b"named"])) is None
    for digests in ([b"unknown"], [b"named", b"unknown"], [b"agent"], [b"firm"]):
        assert code_of(partial(cover, found, "review_expert", digests)) is Code.SUBJECT_NOT_COVERED
    assert code_of(lambda: cover(None, "review_expert", [b"named"])) is Code.SUBJECT_NOT_COVERED


@pure
def grants_are_kept_apart() -> None:
    """One memory serves all callers: whatever a grant depends on tells two of them apart."""
    grants, base = Grants(fresh(POLICY)), caller("SUPERVISOR").principal
    first = Admission(scope=Scope.SHARING, purpose="PM-401", role="supervised")
    asked = [
        (base, first, TODAY),
        (replace(base, role="dept.finance"), first, TODAY),
        (replace(base, jurisdiction="420700"), first, TODAY),
        (replace(base, supervision_field="LABOUR"), first, TODAY),
        (base, replace(first, purpose="PM-402"), TODAY),
        (base, first, TOMORROW),
    ]
    digests = [grants.grant(*each).digest for each in asked]
    assert len(set(digests)) == len(asked)
    public = Admission(scope=Scope.PUBLICATION, purpose="PM-903")
    assert grants.grant(base, public, TODAY) is grants.grant(PUBLIC, public, TODAY)


@pure
def askers_are_whom_they_say() -> None:
    """What rules are matched with: role and consent are those of this operation."""
    who = Principal(client="x", organisation="x", role="dept.housing", jurisdiction="420111")
    stated = asker_of(who, Admission(scope=Scope.CONSENT, purpose="PM-901", role="data_subject"))
    assert stated == Asker(
        scope=Scope.CONSENT,
        department="dept.housing",
        jurisdiction="420111",
        purpose="PM-901",
        role="data_subject",
        consent=True,
    )
    assert not asker_of(who, Admission(scope=Scope.SHARING, purpose="PM-301", role="bidder")).consent
