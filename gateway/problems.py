"""Turns a refusal or an unforeseen exception into what the caller is told: code, HTTP status, English and Chinese.

The one map from codes to statuses (docs/errors.md lists it, a test compares them). Unforeseen exceptions become
INTERNAL with an incident id. It never repeats anything the caller sent, nor the text of an exception.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schema.errors import CallerError, Code, Refusal

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
NONCE_HEADER: Final = "DPoP-Nonce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a code means. ``status`` goes with application/graphql-response+json, ``plain_status`` with
    application/json: there 200 says that the request was well-formed, and the body holds the errors."""

    status: int
    plain_status: int
    english: str
    chinese: str
    retry_after: int | None = None  # seconds


def _is(
    status: int, english: str, chinese: str, *, plain_status: int | None = None, retry_after: int | None = None
) -> Sentence:
    return Sentence(
        status=status,
        plain_status=plain_status or status,
        english=english,
        chinese=chinese,
        retry_after=retry_after,
    )


SENTENCES: Mapping[Code, Sentence] = MappingProxyType(
    {
        Code.BAD_REQUEST: _is(400, "The request is not a well-formed GraphQL request.", "请求格式不正确。"),
        Code.DOCUMENT_INVALID: _is(400, "The document is not valid.", "查询文档无效。", plain_status=200),
        Code.LIMIT_EXCEEDED: _is(400, "The operation exceeds a limit.", "请求超出允许的限度。", plain_status=200),
        Code.FIELD_NOT_FILTERABLE: _is(
            400, "A field is used to filter or sort that may not be.", "该字段不得用于筛选或排序。", plain_status=200
        ),
        Code.CURSOR_INVALID: _is(400, "The cursor is not valid here.", "分页游标无效。", plain_status=200),
        Code.UNAUTHENTICATED: _is(401, "The credential could not be verified.", "身份凭证未能通过核验。"),
        Code.OPERATOR_NOT_VALID: _is(
            401, "The operator has no valid agreement or training.", "经办人员的保密协议或培训已失效。"
        ),
        Code.PURPOSE_REQUIRED: _is(403, "The operation must state a purpose.", "须注明查询事由。"),
        Code.PURPOSE_NOT_ALLOWED: _is(403, "The purpose is not open to this caller.", "本单位不得以该事由查询。"),
        Code.SUBJECT_NOT_COVERED: _is(
            403, "The purpose does not cover this kind of look-up.", "该事由不适用于此类主体。"
        ),
        Code.ROLE_REQUIRED: _is(403, "The purpose needs a role that it knows.", "须注明主体在事项中的身份。"),
        Code.MATTER_REQUIRED: _is(403, "The purpose needs a registered matter.", "须注明已登记的办理事项。"),
        Code.MATTER_NOT_OPEN: _is(
            403, "The matter is not open to this operation.", "该办理事项未登记或不可用于本次查询。"
        ),
        Code.OUT_OF_CONSENT: _is(403, "The operation goes beyond the consent.", "请求超出授权范围。"),
        Code.CONSENT_ENDED: _is(403, "The consent has ended.", "授权已终止。"),
        Code.FROZEN: _is(403, "Access is suspended.", "查询权限已暂停。"),
        Code.RATE_LIMITED: _is(429, "There are too many requests.", "请求过于频繁。", retry_after=10),
        Code.LEDGER_UNAVAILABLE: _is(
            503,
            "The access log is not available, so nothing can be disclosed.",
            "查询登记暂不可用，无法提供信息。",
            retry_after=5,
        ),
        Code.INTERNAL: _is(500, "The gateway failed.", "系统内部错误。"),
    }
)


class ProtocolRefusal(Refusal):
    """The HTTP request itself is wrong in a way that has a status of its own (405, 406, 413, 415, 503)."""

    def __init__(self, status: int, detail: str, *, allow: str | None = None, code: Code = Code.BAD_REQUEST) -> None:
        super().__init__(code, detail)
        self.status = status
        self.allow = allow


class RateRefusal(Refusal):
    """Too many requests; ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(Code.RATE_LIMITED, SENTENCES[Code.RATE_LIMITED].english)
        self.wait = wait


class ProofRefusal(CallerError):  # noqa: N818  # as Refusal
    """A key-bound token without a good proof of its key. ``error``: as RFC 9449 7.1 has it; ``nonce``: to be proved
    with, where that alone is missing."""

    def __init__(self, error: str = "invalid_token", *, nonce: str | None = None) -> None:
        super().__init__(Code.UNAUTHENTICATED, SENTENCES[Code.UNAUTHENTICATED].english)
        self.headers = {"WWW-Authenticate": f'DPoP error="{error}", algs="Ed25519 EdDSA ES256"'}
        if nonce is not None:
            self.headers[NONCE_HEADER] = nonce


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refusal ready to send: the body is the GraphQL error form, without ``data``. ``own_status``: HTTP's own."""

    code: Code
    body: bytes
    own_status: int | None
    headers: Mapping[str, str]

    def status(self, media_type: str) -> int:
        return self.own_status or status_of(self.code, media_type)


def describe(error: BaseException, *, incident: str) -> Problem:
    """The problem that ``error`` is to the caller; ``incident`` is shown only where the error was not foreseen."""
    if not isinstance(error, Refusal) or error.code is Code.INTERNAL:
        return _problem(Refusal(Code.INTERNAL, SENTENCES[Code.INTERNAL].english), {"incident": incident})
    return _problem(error, {})


def status_of(code: Code, media_type: str) -> int:
    """The HTTP status that goes with a code in an answer of this media type."""
    sentence = SENTENCES[code]
    return sentence.plain_status if media_type == JSON else sentence.status


def headers_of(code: Code) -> Mapping[str, str]:
    """The headers that HTTP asks for with a code (RFC 9110 11.6.1, 10.2.3)."""
    sentence = SENTENCES[code]
    if sentence.status == 401:
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return {} if sentence.retry_after is None else {"Retry-After": str(sentence.retry_after)}


def _problem(refusal: Refusal, more: Mapping[str, str]) -> Problem:
    sentence = SENTENCES[refusal.code]
    error: dict[str, object] = {"message": refusal.detail or sentence.english}
    if refusal.line is not None and refusal.column is not None:
        error["locations"] = [{"line": refusal.line, "column": refusal.column}]
    error["extensions"] = {"code": str(refusal.code), "messageZh": sentence.chinese, **more}
    return Problem(
        code=refusal.code,
        body=json.dumps({"errors": [error]}, ensure_ascii=False, separators=(",", ":")).encode(),
        own_status=refusal.status if isinstance(refusal, ProtocolRefusal) else None,
        headers=_headers(refusal),
    )


def _headers(refusal: Refusal) -> Mapping[str, str]:
    if isinstance(refusal, RateRefusal):
        return {"Retry-After": str(refusal.wait)}
    if isinstance(refusal, ProofRefusal):
        return refusal.headers
    if isinstance(refusal, ProtocolRefusal) and refusal.allow is not None:
        return {"Allow": refusal.allow}
    return headers_of(refusal.code)
