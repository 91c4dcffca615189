"""The keys of an installation: derivation, rings, thumbprints, and what their repr shows."""

import random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.keys.material import Keys, Purpose, Ring, SigningKey, Use, derive, ring, thumbprint

ROOT = bytes(range(32))


def test_every_purpose_has_a_secret_of_its_own() -> None:
    assert len({derive(ROOT, purpose) for purpose in Purpose}) == len(Purpose)
    assert len({derive(ROOT, purpose)[:32] for purpose in Purpose}) == len(Purpose)


def test_derivation_is_that_of_rfc_5869_and_never_changes() -> None:
    """A change here would make every stored value unreadable."""
    assert derive(ROOT, Purpose.DIGESTS)[:8].hex() == "814fff66735b37b8"


def test_another_root_gives_other_secrets() -> None:
    assert derive(ROOT, Purpose.VALUES) != derive(ROOT[::-1], Purpose.VALUES)


def test_the_newest_secret_of_a_ring_is_the_current_one() -> None:
    found = ring(Purpose.VALUES, 2, {1: ROOT, 2: ROOT[::-1], 3: bytes(32)})

    assert found.newest == derive(ROOT[::-1], Purpose.VALUES)
    assert found.newest_first() == (derive(ROOT[::-1], Purpose.VALUES), derive(ROOT, Purpose.VALUES))


def test_thumbprint_of_rfc_8037_appendix_a_3() -> None:
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")

    public = Ed25519PrivateKey.from_private_bytes(private).public_key()

    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_no_repr_shows_a_secret() -> None:
    private = Ed25519PrivateKey.from_private_bytes(random.Random(1).randbytes(32))
    signing = SigningKey(kid="k", number=1, public=private.public_key(), private=private)
    held = Ring(current=1, secrets={1: ROOT})
    keys = Keys(rings={Purpose.VALUES: held}, signing={Use.TOKEN: (signing,)})

    shown = repr(keys) + repr(held) + repr(signing)

    assert repr(ROOT) not in shown
    assert ROOT.hex() not in shown
    assert "PrivateKey" not in shown
    assert keys.signer(Use.TOKEN) is signing
