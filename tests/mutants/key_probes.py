"""Probes of compact tokens and key sets: read strictly, verified by the algorithm of the key."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from gateway import strict_json
from gateway.identity import jose
from gateway.identity.tokens import TYPE
from gateway.keys.material import Use
from tests.http.edge_app import key_set
from tests.mutants.identity_probes import edge, refuses, token
from tests.mutants.probing import pure


@pure
def tokens_are_read_strictly() -> None:
    """Sizes, canonical text, three header members and no more, whole numbers."""
    with edge() as found:
        good = token(found)
        head, body, signature = good.split(".")
        types = frozenset({TYPE})

        def refused(text: str) -> bool:
            return refuses(lambda: jose.read(text, types=types))

        assert not refused(good)
        assert refused(f"{head}=.{body}.{signature}")
        assert refused(f"{head}.{body}.{signature}." + "x")
        assert refused(f"{head}.{body}.{signature[:-1]}B")  # the last character of 64 bytes stands for two bits
        assert refused(_header({"alg": "Ed25519", "typ": TYPE, "kid": "a", "x5u": "x"}, body, signature))
        assert refused(_header({"alg": "Ed25519", "typ": TYPE, "kid": "../a"}, body, signature))
        assert refused(_header({"alg": 7, "typ": TYPE, "kid": "a"}, body, signature))
        assert refused(_header({"alg": "Ed25519", "typ": "JWT", "kid": "a"}, body, signature))
        assert refused(good + "A" * 9000)
        assert refuses(lambda: jose.seconds({"exp": True}, "exp"))
        assert refuses(lambda: jose.seconds({"exp": "1"}, "exp"))


def _header(members: Mapping[str, object], body: str, signature: str) -> str:
    text = strict_json.canonical(members)
    return f"{jose.encode(text)}.{body}.{signature}"


@pure
def algorithms_belong_to_keys() -> None:
    """A header cannot choose how it is verified."""
    with edge() as found:
        signer = found.keys.signer(Use.TOKEN)
        key = jose.verifying_key(signer.public, kid=signer.kid)
        compact = jose.read(token(found), types=frozenset({TYPE}))
        assert not refuses(lambda: jose.verify(compact, key))
        for name in ("none", "HS256", "ES256"):
            assert refuses(partial(jose.verify, replace(compact, algorithm=name), key))


@pure
def key_sets_hold_public_keys() -> None:
    with edge() as found:
        good = key_set(found.private["A1"], "one")
        assert set(jose.read_key_set(good)) == {"one"}
        for bad in (
            good.replace('"kty"', '"d":"AAAA","kty"'),
            good.replace('"kty"', '"use":"enc","kty"'),
            good.replace('"kty"', '"alg":"ES256","kty"'),
            good.replace("Ed25519", "X25519"),
            good.replace('"kid":"one"', '"kid":"o ne"'),
            '{"keys":[]}',
            good.replace("]}", "," + good[9:-2] + "]}"),
            good.replace('"x":"', '"x":"AAAA'),
        ):
            assert refuses(partial(jose.read_key_set, bad)), bad
