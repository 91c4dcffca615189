"""Files or a stored version, and who approves -> another policy in force, or nothing changed at all.

One transaction of the owner: the bundle is stored, the row of state names it, the wall's list of items changes with it,
and the change is entered in the history. It is committed only after the log holds every step durably; where the log
cannot be written, nothing is put in force. A refusal is logged as well.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from authz.bundle import BundleError, address_of, bundle_of, content_of, diff_digest, matrix_digest
from authz.matrix.check import PolicyRefused
from authz.matrix.evaluation import evaluate
from authz.matrix.widening import Weighed, weigh
from authz.policy import Policy, load_policy
from gateway.activation import TODAY, activate
from gateway.approvals.officers import Officer
from gateway.approvals.queue import Act as Approved
from gateway.approvals.queue import NotGranted, Queue
from gateway.identity.register import StoredClients
from gateway.keys.material import SigningKey
from gateway.ledger.append import Ledger
from gateway.versions import account, store
from gateway.versions.approval import NEEDED, NotApproved, approvers, check_change, check_return
from gateway.versions.kept import Files, NoSuchVersion, present
from gateway.versions.signing import BundleRefused, Signed, policy_of, signed, verified
from gateway.versions.store import Act, Change
from schema.policy_file import PolicyFileError, digest_of

_REFUSALS = (PolicyFileError, PolicyRefused, BundleError, BundleRefused, NotApproved, NotGranted, NoSuchVersion)
"""Each means that nothing was changed, and is logged before it is told."""

_CODES: Mapping[type[Exception], str] = {
    PolicyFileError: "POLICY_UNREADABLE",
    PolicyRefused: "POLICY_BREACH",
    BundleError: "BUNDLE_REFUSED",
    BundleRefused: "BUNDLE_REFUSED",
    NoSuchVersion: "NO_SUCH_VERSION",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the change is said to rest on. ``named``: approvers as CLIENT/NUMBER; ``basis``: articles;
    ``request``: what was asked for in the queue, whose approvals count as well."""

    named: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    reason: str | None = None
    request: UUID | None = None

    @property
    def why(self) -> str:
        """The reason, or the articles."""
        return self.reason or " ".join(self.basis) or "no more is shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A version about to be put in force, weighed against the one that is, by whose approval."""

    act: Act
    policy: Policy
    weighed: Weighed
    replaced: str | None
    who: tuple[Officer, ...]
    approval: Approval

    @property
    def diff(self) -> str | None:
        return None if self.weighed.diff is None else diff_digest(self.weighed.diff)


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The policy versions of one installation, for those who run it. ``keys`` are its policy keys, newest first;
    ``jurisdiction`` is its region; approvals are entered in its ``queue``."""

    owner: asyncpg.Connection
    ledger: Ledger
    keys: Sequence[SigningKey]
    jurisdiction: str
    queue: Queue

    async def found(self, files: Files) -> bool:
        """Put these files in force where no bundle ever was; else store them as a proposal, unless their version is
        known here. Whether they were put in force now."""
        policy = load_policy(files)
        async with self._changing():
            standing = await store.standing(self.owner)
            if standing is None or standing.signed is None:
                intent = Intent(
                    act=Act.FOUNDED,
                    policy=policy,
                    weighed=weigh(None, policy),
                    replaced=standing.version if standing is not None else None,
                    who=(),
                    approval=Approval(),
                )
                await self._enter(intent, await self._signed(files, intent))
                return True
        if not await store.known(self.owner, policy.version):
            await self.propose(files)
        return False

    async def propose(self, files: Files) -> Policy:
        """Store a version for others to approve. Errors: ``PolicyFileError``, ``BundleError``, ``NotWritten``."""
        async with self._refusals(digest_of(files, files)), self._changing():
            policy = load_policy(files)
            bundle = bundle_of(files, matrix=matrix_digest(evaluate(policy)), predecessor=None, diff=None)
            content = content_of(bundle)
            if await store.propose(self.owner, address_of(content), policy.version, content):
                catalogue = policy.catalogue.digest
                entry = account.proposed(version=policy.version, catalogue=catalogue, bundle=address_of(content))
                # COMMIT POINT: the proposal is committed when the block ends, after its entry is durable.
                await self.ledger.append(entry)
        return policy

    async def activate(self, files: Files, approval: Approval) -> Change | None:
        """Put a version in force; None where it is already. Errors: ``PolicyFileError``, ``PolicyRefused`` for one that
        breaks statute, ``NotApproved``, ``BundleRefused``, ``NotWritten``: then nothing has been changed."""
        async with self._refusals(digest_of(files, files)), self._changing():
            policy = load_policy(files)
            version, before = await present(self.owner, self.keys)
            if before is not None and version == policy.version:
                return None
            intent = await self._intent(Act.ACTIVATED, policy, version, before, approval)
            check_change(intent.weighed, intent.who, approval.basis, policy.regulation.sources)
            return await self._enter(intent, await self._signed(files, intent))

    async def roll_back(self, approval: Approval, *, to: str | None = None) -> Change:
        """Put the version in force again that was before, or an earlier one. Errors: ``NoSuchVersion``,
        ``NotApproved``, ``BundleRefused``, ``PolicyRefused``, ``NotWritten``: then nothing has been changed."""
        async with self._refusals(None), self._changing():
            version, before = await present(self.owner, self.keys)
            found = await store.bundle(self.owner, (await self._target(to, version)).bundle)
            policy = policy_of(verified(found, self.keys))
            intent = await self._intent(Act.ROLLED_BACK, policy, version, before, approval)
            check_return(intent.weighed, intent.who, approval.reason, chosen=to is not None)
            return await self._enter(intent, found)

    async def _intent(
        self, act: Act, policy: Policy, version: str | None, before: Policy | None, approval: Approval
    ) -> Intent:
        who = await self._approvers(approval, policy.version)
        weighed = weigh(before, policy)
        return Intent(act=act, policy=policy, weighed=weighed, replaced=version, who=who, approval=approval)

    async def _signed(self, files: Files, intent: Intent) -> Signed:
        """The bundle of an approved change, stored in this transaction."""
        matrix = matrix_digest(evaluate(intent.policy))
        bundle = bundle_of(files, matrix=matrix, predecessor=intent.replaced, diff=intent.diff)
        stored = await store.keep(self.owner, signed(bundle, self.keys[0]), bundle.version, intent.replaced)
        verified(stored, self.keys)  # it may have been stored before, by a key that is gone
        return stored

    async def _approvers(self, approval: Approval, version: str) -> tuple[Officer, ...]:
        today = await self.owner.fetchval(TODAY)
        clients = StoredClients(self.owner)
        named = approval.named
        if approval.request is not None:
            named += (await self.queue.asked(approval.request, Approved.POLICY, version)).given_by
        return await approvers(named, clients, jurisdiction=self.jurisdiction, today=today)

    async def _target(self, to: str | None, version: str | None) -> Change:
        history = await store.changes(self.owner)
        if to is None:
            trail = store.trail(history)
            if len(trail) < 2:  # the present one, and the one before
                raise NoSuchVersion("there is no earlier policy to go back to")
            return trail[-2]
        found = {each.version: each for each in history if each.version.startswith(to) and each.version != version}
        if len(found) != 1:
            raise NoSuchVersion("not one policy version that was in force before has that name")
        return next(iter(found.values()))

    async def _enter(self, intent: Intent, bundle: Signed) -> Change:
        """The change itself; it holds when the transaction around it is committed."""
        await activate(self.owner, intent.policy, bundle=bundle.digest)
        change = Change(
            act=intent.act,
            version=intent.policy.version,
            bundle=bundle.digest,
            replaced=intent.replaced,
            widens=intent.weighed.widens,
            widened=intent.weighed.widened,
            narrowed=intent.weighed.narrowed,
            diff=intent.diff,
            approvers=tuple(map(str, intent.who)),
            basis=intent.approval.basis,
            reason=intent.approval.reason,
        )
        given = [(each, (await self.ledger.append(account.approved(each, change))).entry_id) for each in intent.who]
        receipt = await self.ledger.append(account.changed(change, intent.policy.catalogue.digest))
        # COMMIT POINT: every step is durable in the log; what is left is one row and the commit of the transaction.
        if intent.approval.request is not None:
            await self.queue.use(intent.approval.request, Approved.POLICY, change.version, None)
        elif given:
            why, needed = intent.approval.why, min(len({each.person for each in intent.who}), NEEDED)
            await self.queue.enter(Approved.POLICY, change.version, why, given, needed=needed, entry=receipt.entry_id)
        return await store.enter(self.owner, change, receipt.entry_id)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        """A transaction in which nobody else changes what is in force."""
        async with self.owner.transaction():
            await store.lock(self.owner)
            yield

    @asynccontextmanager
    async def _refusals(self, version: str | None) -> AsyncIterator[None]:
        """A refusal within, which leaves nothing behind, is logged."""
        try:
            yield
        except _REFUSALS as refusal:
            code = refusal.lack if isinstance(refusal, NotApproved | NotGranted) else _CODES[type(refusal)]
            await self.ledger.append(account.refused(code, version=version))
            raise
