"""Policy and caller -> Grant: for every item, kind of subject and relation the rows and the fields that may be shown.

Never asks Casbin: cells are decided bitwise (``authz.cells``) and a property test holds them equal to ``enforce``. A
grant depends on no value of a document and on nobody's identity: callers of one department share it, and so do those
whose consents give equal rights.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from authz.cells import Asker, Fields, Reach, Speaking
from authz.consented import left_out, narrowed
from authz.grant import Grant, Kind, Level, Part, Relation, Scope
from authz.own_lists import within_the_table
from authz.parts import Cell, Plot, is_verdict
from authz.policy import Policy
from authz.principal import CREDIT_OFFICE_ROLE, PUBLIC, Principal
from authz.purpose import PUBLIC_ENQUIRY, Admission
from authz.regime import Regime
from authz.rows import RowName, RowSource, relation_of
from authz.scopes import EVERY, NOTHING, MyTarget, Party, RowScope
from authz.space import NO_ROLE
from schema.regulations.regulation import Purpose
from schema.vocabulary.administration import Role

RELATIONS = {
    Scope.PUBLICATION: (Relation.OTHER,),
    Scope.SHARING: (Relation.SOURCE, Relation.TARGET, Relation.OWN_FIELD, Relation.REPORTED, Relation.OTHER),
    Scope.CONSENT: (Relation.OTHER,),
    Scope.SELF: (Relation.SELF,),
    Scope.AUDIT: (Relation.OTHER,),
}
"""The relations that rows can have to the caller in each scope, closest first."""


def compile_grant(policy: Policy, who: Principal, admission: Admission, today: date) -> Grant:
    """The grant of this principal for the admitted purpose on that day. Raises KeyError for a jurisdiction that the
    policy does not know.

    INVARIANT: in publication scope the principal is the public, whoever asks.
    """
    who = PUBLIC if admission.scope is Scope.PUBLICATION else who
    purpose = policy.regulation.purposes[admission.purpose]
    profile = policy.regulation.profile(who.jurisdiction, today)
    years = profile.clean_record_years if purpose.clean_record else None
    regime = policy.regime(today)
    compiler = _Compiler(policy=policy, who=who, purpose=purpose, asker=asker_of(who, admission), regime=regime)
    opened = tuple(compiler.parts())
    if admission.scope is Scope.SHARING:
        opened = within_the_table(opened, purpose, policy.regulation, policy.space, today, compiler.public_fields)
    parts = opened if admission.rights is None else narrowed(opened, admission.rights, policy.space)
    return Grant(
        scope=admission.scope,
        purpose=admission.purpose,
        role=admission.role,
        policy_version=policy.version,
        catalogue_version=policy.catalogue.digest,
        today=today,
        persons=purpose.persons and admission.scope is not Scope.PUBLICATION,
        organisations=purpose.organisations,
        years=years or purpose.years,
        supervision_field=who.supervision_field,
        suspending=regime.suspending,
        archive=compiler.archive(),
        parts=parts,
        digest=_digest(policy, who, admission, today),
        beyond_consent=left_out(opened, parts),
    )


def asker_of(who: Principal, admission: Admission) -> Asker:
    """The point of the space at which this principal asks for the admitted purpose."""
    return Asker(
        scope=admission.scope,
        department=who.role,
        jurisdiction=who.jurisdiction,
        purpose=admission.purpose,
        role=admission.role or NO_ROLE,
        consent=admission.scope is Scope.CONSENT,
    )


THE_PUBLIC = Asker(
    scope=Scope.PUBLICATION,
    department=PUBLIC.role,
    jurisdiction=PUBLIC.jurisdiction,
    purpose=PUBLIC_ENQUIRY,
    role=NO_ROLE,
)
"""Whom every caller is at least: nobody sees less of a row than the public does."""


def _digest(policy: Policy, who: Principal, admission: Admission, today: date) -> str:
    said = (policy.version, who.role, who.jurisdiction, who.supervision_field, admission.scope, admission.purpose)
    rights = admission.rights.digest if admission.rights is not None else None
    return sha256("\0".join(map(str, (*said, admission.role, rights, today))).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiler:
    policy: Policy
    who: Principal
    purpose: Purpose
    asker: Asker
    regime: Regime

    def parts(self) -> Iterator[Part]:
        cells = self.policy.cells
        alive = cells.alive(self.asker)
        public = cells.alive(THE_PUBLIC) if self.asker.scope is Scope.SHARING else ()
        for facts in self.policy.space.facts.values():
            if facts.in_force(self.regime.today):
                for kind in filter(self._covered, sorted(facts.kinds)):
                    plot = Plot(facts=facts, kind=kind, regime=self.regime, persons=self._reached(kind))
                    yield from plot.parts(self._cells(plot, alive), self._public(plot, public), cells)

    def archive(self) -> bool:
        """Whether a rule that speaks to the caller opens to the source of records whatever it keeps."""
        facts = self.policy.space.facts
        return any(
            facts[item].source is RowSource.RECORD
            for each in self.policy.cells.alive(self.asker)
            if each.rule.allows and each.rule.row is RowName.SOURCE
            for item in each.items
        )

    def public_fields(self, part: Part) -> Fields:
        """What the public sees of published rows like those of the part, verdicts apart."""
        facts = self.policy.space.facts[part.item]
        plot = Plot(facts=facts, kind=part.kind, regime=self.regime, persons=EVERY)
        cell = self._public(plot, self.policy.cells.alive(THE_PUBLIC))
        fields = {} if cell is None else self.policy.cells.fields(cell.speaking)
        return {name: each for name, each in fields.items() if not is_verdict(name)}

    def _covered(self, kind: Kind) -> bool:
        """INVARIANT: a purpose opens nothing about a kind of subject outside its scope (WC-二(三))."""
        return self.purpose.persons if kind is Kind.PERSON else self.purpose.organisations

    def _reached(self, kind: Kind) -> RowScope:
        """In sharing scope a person is reached as a party of the matter, or as a target of one's own measure."""
        if kind is Kind.ORGANISATION or self.asker.scope is not Scope.SHARING:
            return EVERY
        return MyTarget(self.regime.today) if Role.LISTED_TARGET in self.purpose.roles else Party()

    def _cells(self, plot: Plot, alive: tuple[Reach, ...]) -> Iterator[tuple[Relation, RowScope, Cell]]:
        """The cells of the relations that the rules of the item tell apart; the last holds of every other row."""
        *closer, last = RELATIONS[self.asker.scope]
        named = {each.rule.relation for each in alive if plot.facts.code in each.items}
        for relation in (*(each for each in closer if each in named), last):
            condition = relation_of(
                relation, plot.facts.source, self.who.supervision_field, self.regime.today, self._reporting()
            )
            cell = self._cell(plot, relation, alive, self.asker)
            if cell is not None and condition != NOTHING:
                yield relation, condition, cell

    def _reporting(self) -> frozenset[str]:
        """INVARIANT: whatever a rule says, feedback reaches no office but the credit office that is told (EZ-16)."""
        told = self.regime.reporting.get(self.who.jurisdiction, frozenset())
        return told if self.who.role == CREDIT_OFFICE_ROLE else frozenset()

    def _public(self, plot: Plot, alive: tuple[Reach, ...]) -> Cell | None:
        return self._cell(plot, Relation.OTHER, alive, THE_PUBLIC)

    def _cell(self, plot: Plot, relation: Relation, alive: tuple[Reach, ...], asker: Asker) -> Cell | None:
        space, facts = self.policy.space, plot.facts
        own = tuple(each for each in alive if each.covers(facts, plot.kind, relation, asker))
        if not any(each.rule.allows for each in own):
            return None
        speaking: Speaking = ((own, facts.fields[plot.kind]),)
        if facts.links is not None:
            links = space.facts[facts.links]
            beside = tuple(each for each in alive if each.covers(links, Kind.ORGANISATION, relation, asker))
            speaking += ((beside, links.fields[Kind.ORGANISATION]),)
        bits = facts.fields[plot.kind]
        return Cell(
            speaking=speaking,
            row=row_of(own, bits & ~space.verdicts, Level.SUMMARY),
            verdict_row=row_of(own, bits & space.verdicts, Level.VERDICT),
        )


def row_of(matching: tuple[Reach, ...], bits: int, level: Level) -> RowName | None:
    """The scope that the allows over these fields name; they name the same (``authz.conflicts``)."""
    rules = (each.rule for each in matching if each.rule.allows and each.rule.level >= level and each.bits & bits)
    return next((rule.row for rule in rules), None)
