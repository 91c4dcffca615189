"""The words of the token endpoint: what is handed out, and how it is refused (RFC 6749 5). Plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.datastructures import Headers

from schema.errors import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What identity may look at of a request: ``path`` below the public URL, and the headers."""

    method: str
    path: str
    headers: Headers = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new access token. ``kind`` is Bearer, or DPoP where it is bound to a key; ``seconds`` is its lifetime;
    ``details``: what was granted of what ``authorization_details`` asked (RFC 9396 7)."""

    token: str = field(repr=False)
    kind: str
    seconds: int
    details: Mapping[str, object] | None = None


class Reason(StrEnum):
    """``error`` of a refusal."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_AUTHORIZATION_DETAILS = "invalid_authorization_details"
    INVALID_DPOP_PROOF = "invalid_dpop_proof"
    USE_DPOP_NONCE = "use_dpop_nonce"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"


class OAuthError(Exception):
    """No token. ``detail`` is a fixed sentence of ours; ``code`` is the gateway's own, for the log and for clients that
    want one vocabulary; ``headers`` may carry a nonce."""

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        code: Code = Code.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.code = code
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        if self.reason in (Reason.INVALID_DPOP_PROOF, Reason.USE_DPOP_NONCE):
            return 400  # RFC 9449 5, 8
        if self.code in (Code.UNAUTHENTICATED, Code.OPERATOR_NOT_VALID):
            return 401
        return 429 if self.code is Code.RATE_LIMITED else 400


def not_authenticated() -> OAuthError:
    """One refusal for every way in which a client can fail to prove itself."""
    return OAuthError(Reason.INVALID_CLIENT, "The client could not be authenticated.", code=Code.UNAUTHENTICATED)
