"""Decides whether whoever presents a token is who it was given to: by a key (DPoP, RFC 9449), or as its bearer.

A client that is registered with a key gets no token but one bound to that key, and no other client gets one. It never
lets a bound token pass as a bearer token, and never takes a proof twice, in whichever process. ``SenderConstraint`` is
the seam for another proof of possession (mutual TLS, RFC 8705).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from gateway.identity import dpop, jose
from gateway.identity.clients import Client
from gateway.identity.nonces import Nonces
from gateway.identity.oauth import OAuthError, Presented, Reason
from gateway.identity.replay import Seen
from gateway.identity.tokens import AccessToken
from gateway.problems import NONCE_HEADER, SENTENCES, ProofRefusal
from schema.errors import CallerError, Code


class Why(StrEnum):
    """What is counted for the log of a client whose proof was refused."""

    PROOF_REFUSED = "PROOF_REFUSED"
    PROOF_REPLAYED = "PROOF_REPLAYED"
    OTHER_KEY = "OTHER_KEY"  # a good proof, of a key that is not the client's
    KEY_BURNT = "KEY_BURNT"  # its private half was sent


class SenderConstraint(Protocol):
    """Binds tokens when they are issued, and checks the binding when they are used."""

    async def bind(self, client: Client, presented: Presented) -> str | None:
        """The key thumbprint for ``cnf.jkt`` of a new token, null for a bearer token; ``OAuthError`` for neither."""
        ...

    async def admit(self, scheme: str, text: str, token: AccessToken, client: Client, presented: Presented) -> None:
        """``CallerError`` unless this request may use the token. ``scheme``: of Authorization, in lower case."""
        ...


class DPoPBound:
    """``address``: the public one, without a slash at its end. ``nonces``: none where proofs may go without.
    ``refused`` hears of every proof that a known client is refused, but not of one that only lacks a nonce."""

    def __init__(
        self,
        *,
        address: str,
        seen: Seen,
        nonces: Nonces | None,
        clock: Callable[[], float],
        refused: Callable[[str, Why], None],
    ) -> None:
        self._address = address
        self._seen = seen
        self._nonces = nonces
        self._clock = clock
        self._refused = refused

    async def bind(self, client: Client, presented: Presented) -> str | None:
        if not client.key_bound:
            return None
        try:
            await self._prove(client, presented, None)
        except _NonceWanted as wanted:
            raise OAuthError(
                Reason.USE_DPOP_NONCE,
                "The proof needs the nonce of this answer.",
                code=Code.UNAUTHENTICATED,
                headers={NONCE_HEADER: wanted.nonce},
            ) from None
        except jose.JoseError:
            raise OAuthError(
                Reason.INVALID_DPOP_PROOF,
                "This client needs a token bound to its registered key, and a proof of that key.",
                code=Code.UNAUTHENTICATED,
            ) from None
        return client.dpop_thumbprint

    async def admit(self, scheme: str, text: str, token: AccessToken, client: Client, presented: Presented) -> None:
        if token.thumbprint is None:
            if scheme != "bearer" or client.key_bound:
                raise CallerError(Code.UNAUTHENTICATED, SENTENCES[Code.UNAUTHENTICATED].english)
            return
        if token.thumbprint != client.dpop_thumbprint:  # the client has rolled its key since: no attempt
            raise ProofRefusal
        if scheme != "dpop":
            self._refused(client.client_id, Why.PROOF_REFUSED)
            raise ProofRefusal
        try:
            await self._prove(client, presented, text)
        except _NonceWanted as wanted:
            raise ProofRefusal("use_dpop_nonce", nonce=wanted.nonce) from None
        except jose.JoseError:
            raise ProofRefusal("invalid_dpop_proof") from None

    def fresh(self, presented: Presented) -> dict[str, str]:
        """Further headers of any answer: the nonce of now, for whoever proves a key."""
        nonce = self.nonce
        return {} if nonce is None or "dpop" not in presented.headers else {NONCE_HEADER: nonce}

    @property
    def nonce(self) -> str | None:
        """For a proof that is made now; none where proofs may go without."""
        return None if self._nonces is None else self._nonces.fresh()

    async def _prove(self, client: Client, presented: Presented, token: str | None) -> None:
        """``JoseError`` or ``_NonceWanted`` unless the request comes with one good proof by the client's key."""
        try:
            proof = self._verified(presented, token)
        except jose.JoseError as refusal:
            burnt = isinstance(refusal, jose.PrivateKeySent)
            self._refused(client.client_id, Why.KEY_BURNT if burnt else Why.PROOF_REFUSED)
            raise
        if proof.thumbprint != client.dpop_thumbprint:
            self._refused(client.client_id, Why.OTHER_KEY)
            raise jose.JoseError
        if self._nonces is not None and not self._nonces.knows(proof.nonce):
            raise _NonceWanted(self._nonces.fresh())
        if not await self._seen.first(proof.thumbprint, proof.identifier, proof.expires):
            self._refused(client.client_id, Why.PROOF_REPLAYED)
            raise jose.JoseError

    def _verified(self, presented: Presented, token: str | None) -> dpop.Proof:
        proofs = presented.headers.getlist("dpop")
        if len(proofs) != 1:
            raise jose.JoseError
        asked = dpop.Asked(method=presented.method, address=self._address + presented.path, token=token)
        return dpop.verify(proofs[0], asked, now=self._clock())


class _NonceWanted(Exception):  # noqa: N818  # not a fault: a step of the protocol
    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce
