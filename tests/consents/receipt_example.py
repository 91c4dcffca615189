"""The receipt that docs/receipts.md shows, from a key that anybody can make again.

python -m tests.consents.receipt_example        # writes the two blocks of docs/receipts.md anew
"""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import policies
from gateway.consents.receipts import Around, Party, Profile, issued, receipt
from gateway.keys.material import SigningKey, thumbprint
from schema.catalogue import load_catalogue
from tests.consents.kept import EVENTS, consent

DOCUMENT = Path(__file__).parents[2] / "docs" / "receipts.md"
AROUND = Around(
    issuer="https://credit.example.gov.cn",
    provider=Party(id="1142019900TERT0105", name="洪山区信用办", contact="https://credit.example.gov.cn/portal"),
    recipient=Party(id="91420199MA9TERT98X", name="武汉测试银行", contact="027-00000000"),
    principal="cHJpbmNpcGFsIGFzIHRoaXMgYmFuayBrbm93cyBpdA==",
    purpose="本人授权的金融服务（贷款等）",
    basis=("PIPL-13", "PIPL-23", "WH-二(六)2"),
    catalogue=load_catalogue(policies.contents()),
)


def key() -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"the example of docs/receipts.md").digest())
    public = private.public_key()
    return SigningKey(kid=thumbprint(public), number=1, public=public, private=private)


def key_set() -> dict[str, Any]:
    found = key()
    x = base64.urlsafe_b64encode(found.public_bytes).rstrip(b"=").decode()
    member = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": found.kid, "use": "sig", "alg": "Ed25519"}
    return {"keys": [member]}


def token(profile: Profile = Profile.MINIMAL) -> str:
    return issued(receipt(consent(), EVENTS, AROUND, profile), key())


def blocks() -> dict[str, str]:
    """By their names in the document."""
    claims = receipt(consent(), EVENTS, AROUND, Profile.FULL)
    return {
        "jwks": json.dumps(key_set(), indent=2),
        "receipt": token(),
        "claims": json.dumps(claims, indent=2, ensure_ascii=False),
    }


def checking() -> Any:
    """``checked`` as the document has it."""
    found = re.search(r"<!-- check -->\n```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102  # what we publish
    return names["checked"]


def written(text: str) -> str:
    for name, block in blocks().items():
        fence = re.compile(rf"(<!-- {name} -->\n```[a-z]*\n).*?(\n```)", re.DOTALL)
        text = fence.sub(lambda found, block=block: found[1] + block + found[2], text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
