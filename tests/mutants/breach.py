"""The second wall with one stone taken out: a row policy, a part of one, a right, a constraint; inside a transaction.

Policies and rights are changed in the words of ``gateway.database.wall`` itself; the rest is a statement of the list.
It never leaves a breach behind: the transaction is rolled back.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.database.roles import Credentials
from gateway.database.scopes import READ_ONLY, READERS, DatabaseRole, Privilege, Right, columns_of, tables
from gateway.database.wall import POLICIES, Policy, _grant, _policy
from tests.mutants.mutation import HERE, CannotApplyError
from tests.wall.test_wall_columns import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """``statements`` make it; ``{sharing}`` stands for the name of a scope role. ``probe`` must notice."""

    name: str
    removes: str
    probe: str
    statements: tuple[str, ...]

    def made_by(self, credentials: Credentials) -> tuple[str, ...]:
        names = {str(role): credentials.name(role) for role in DatabaseRole}
        return tuple(statement.format_map(names) for statement in self.statements)


def breaches() -> tuple[Breach, ...]:
    """Those of wall.toml, and those that are made for every policy, table and column alike."""
    return (*_listed(), *_policies_dropped(), *_unguarded(), *_columns_added(), *_writes_added())


def _listed() -> Iterator[Breach]:
    found = tomllib.loads((HERE / "wall.toml").read_text("utf-8"))
    for row in found["policy"]:
        yield _policy_without(**row)
    for row in found["statement"]:
        yield Breach(name=row["name"], removes=row["removes"], probe=row["probe"], statements=tuple(row["sql"]))


def _policy_without(*, role: str, table: str, cut: str, removes: str, put: str = "true") -> Breach:
    """The policy of a role on a table, with one condition taken out."""
    known = _named(role, table)
    flat = " ".join(known.using.split())
    if flat.count(cut) != 1:
        raise CannotApplyError(f"{role}, {table}: the text stands {flat.count(cut)} times in the policy")
    return _with_policy(replace(known, using=flat.replace(cut, put)), f"{role}-{table}-{removes}", removes)


def _named(role: str, table: str) -> Policy:
    found = [each for each in POLICIES if (each.role, each.table) == (role, table)]
    if len(found) != 1:
        raise CannotApplyError(f"{role} has {len(found)} policies on {table}")
    return found[0]


def _with_policy(policy: Policy, name: str, removes: str) -> Breach:
    return Breach(
        name=name.replace(" ", "-"),
        removes=removes,
        probe=f"rows_of_{policy.role}",
        statements=(f"DROP POLICY {policy.role}_reads ON {policy.table}", _policy(_Placeholders, policy)),
    )


def _policies_dropped() -> Iterator[Breach]:
    """Each policy of a reading role that lets through less than everything, letting everything through."""
    for policy in POLICIES:
        if policy.role in READERS and policy.using != "true":
            yield _with_policy(replace(policy, using="true"), f"{policy.role}-{policy.table}-open", "the policy whole")


def _unguarded() -> Iterator[Breach]:
    """Each table without row security."""
    for table in sorted({policy.table for policy in POLICIES if policy.using != "true" and policy.role in READERS}):
        yield Breach(
            name=f"{table}-unguarded",
            removes="row security",
            probe="rows_of_publication" if table not in _NOT_PUBLIC else "rows_of_sharing",
            statements=(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",),
        )


_NOT_PUBLIC = frozenset({"feedback", "record_person_target"})


def _columns_added() -> Iterator[Breach]:
    """Each column that the public may not read, and each that another role must never, as if its cell said r."""
    for role, table, column in (*_hidden_from_the_public(), *_never()):
        privilege = Privilege(role=role, table=table, right=Right.SELECT, columns=(column,))
        yield Breach(
            name=f"{role}-reads-{table}.{column}",
            removes="the right is not given",
            probe="columns_of_publication" if role is DatabaseRole.PUBLICATION else f"columns_of_{role}",
            statements=(_grant(_Placeholders, privilege),),
        )


def _hidden_from_the_public() -> Iterator[tuple[DatabaseRole, str, str]]:
    public = DatabaseRole.PUBLICATION
    for table in sorted(tables()):
        everyones = {column for role in DatabaseRole for right in Right for column in columns_of(role, table, right)}
        for column in sorted(everyones - {"*"} - columns_of(public, table)):
            yield public, table, column


def _never() -> Iterator[tuple[DatabaseRole, str, str]]:
    for role, columns in NEVER.items():
        for each in sorted(columns):
            table, _, column = each.partition(".")
            yield role, table, column


def _writes_added() -> Iterator[Breach]:
    """Each reading role, as if it might change a table of each kind."""
    for role in sorted(READ_ONLY):
        for table in ("subject", "record", "measure", "matter", "authz_state", "audit_pending"):
            for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                yield Breach(
                    name=f"{role}-may-{right.lower()}-{table}",
                    removes="who answers questions changes nothing",
                    probe=f"writes_of_{role}",
                    statements=(f"GRANT {right} ON {table} TO {{{role}}}",),
                )


class _Names:
    """Placeholders for the names of the roles, so that a breach can be listed before there is a cluster."""

    def name(self, role: DatabaseRole) -> str:
        return f"{{{role}}}"


_Placeholders: Credentials = _Names()  # type: ignore[assignment]  # all that the writers of statements ask is a name
