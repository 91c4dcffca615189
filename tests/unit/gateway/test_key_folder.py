"""The key folder: made once, read strictly, rolled and retired without losing what is still needed."""

import json
import random
from pathlib import Path

import pytest

from gateway.keys import folder as key_folder
from gateway.keys.folder import KeysError
from gateway.keys.material import ADDED, Entropy, Keys, Purpose, Use


def seeded(seed: int = 1) -> Entropy:
    return random.Random(seed).randbytes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def secrets_of(keys: Keys) -> dict[Purpose, bytes]:
    return {purpose: found.newest for purpose, found in keys.rings.items()}


def test_there_are_no_keys_until_they_are_made(folder: Path) -> None:
    with pytest.raises(KeysError, match="key new"):
        key_folder.read(folder)
    assert not folder.exists()


def test_files_are_for_their_owner_alone(folder: Path) -> None:
    key_folder.create(folder, entropy=seeded())

    assert folder.stat().st_mode & 0o777 == 0o700
    names = {path.name for path in folder.iterdir()}
    private = {"token-1.pem", "receipt-1.pem", "ledger-1.pem", "policy-1.pem"}
    assert names == {"root-1.secret", "versions.json", "ledger-1.pub.pem", *private}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_making_keys_again_changes_nothing(folder: Path) -> None:
    first = key_folder.create(folder, entropy=seeded(1))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    second = key_folder.create(folder, entropy=seeded(2))

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert secrets_of(first) == secrets_of(second) == secrets_of(key_folder.read(folder))


def test_only_what_is_missing_is_made(folder: Path) -> None:
    first = key_folder.create(folder, entropy=seeded(1))
    (folder / "receipt-1.pem").unlink()

    second = key_folder.create(folder, entropy=seeded(2))

    assert secrets_of(first) == secrets_of(second)
    assert first.signer(Use.TOKEN).kid == second.signer(Use.TOKEN).kid
    assert first.signer(Use.RECEIPT).kid != second.signer(Use.RECEIPT).kid


def test_the_same_randomness_gives_the_same_keys(tmp_path: Path) -> None:
    one, two = (key_folder.create(tmp_path / name, entropy=seeded(7)) for name in ("one", "two"))

    assert secrets_of(one) == secrets_of(two)
    assert [one.signer(use).kid for use in Use] == [two.signer(use).kid for use in Use]


def test_a_new_root_moves_everything_that_rows_are_not_found_by(folder: Path) -> None:
    before = secrets_of(key_folder.create(folder, entropy=seeded(1)))

    assert key_folder.roll_root(folder, entropy=seeded(2)) == 2

    after = key_folder.read(folder)
    same = {purpose for purpose in Purpose if after.rings[purpose].newest == before[purpose]}
    assert same == {Purpose.DIGESTS, Purpose.INTERNAL_IDS}
    assert all(after.rings[purpose].secrets[1] == before[purpose] for purpose in Purpose)


def test_a_new_signing_key_signs_and_the_old_one_stays(folder: Path) -> None:
    old = key_folder.create(folder, entropy=seeded(1)).signer(Use.TOKEN).kid

    new = key_folder.roll_signing(folder, Use.TOKEN, entropy=seeded(2))

    keys = key_folder.read(folder)
    assert [key.kid for key in keys.signing[Use.TOKEN]] == [new, old]
    assert keys.signer(Use.TOKEN).kid == new
    assert len(keys.signing[Use.RECEIPT]) == 1


def test_the_tenth_key_is_newer_than_the_ninth(folder: Path) -> None:
    key_folder.create(folder, entropy=seeded(1))
    kids = [key_folder.roll_signing(folder, Use.TOKEN, entropy=seeded(number)) for number in range(2, 12)]

    assert key_folder.read(folder).signer(Use.TOKEN).kid == kids[-1]


def test_a_retired_key_keeps_its_public_half_only(folder: Path) -> None:
    old = key_folder.create(folder, entropy=seeded(1)).signer(Use.RECEIPT)
    key_folder.roll_signing(folder, Use.RECEIPT, entropy=seeded(2))

    key_folder.retire_signing(folder, Use.RECEIPT, old.kid)

    newest, retired = key_folder.read(folder).signing[Use.RECEIPT]
    assert newest.private is not None
    assert (retired.kid, retired.private) == (old.kid, None)
    assert retired.public_bytes == old.public_bytes
    assert not (folder / "receipt-1.pem").exists()


def test_the_key_that_signs_cannot_be_retired(folder: Path) -> None:
    kid = key_folder.create(folder, entropy=seeded(1)).signer(Use.TOKEN).kid

    with pytest.raises(KeysError):
        key_folder.retire_signing(folder, Use.TOKEN, kid)
    assert key_folder.read(folder).signer(Use.TOKEN).kid == kid


@pytest.mark.parametrize("name", ["root-1.secret", "token-1.pem"])
def test_a_file_that_others_can_read_is_refused(folder: Path, name: str) -> None:
    key_folder.create(folder, entropy=seeded())
    (folder / name).chmod(0o640)

    with pytest.raises(KeysError, match="0600"):
        key_folder.read(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("root-1.secret", "abcd"),
        ("root-1.secret", "zz" * 32),
        ("root-1.secret", ""),
        ("token-1.pem", "no key"),
        ("versions.json", "{}"),
        ("versions.json", "[]"),
        ("versions.json", "not json"),
        ("versions.json", json.dumps(dict.fromkeys(Purpose, 2))),
        ("versions.json", json.dumps(dict.fromkeys(Purpose, 0))),
        ("versions.json", json.dumps(dict.fromkeys(Purpose, True))),
    ],
)
def test_a_damaged_file_is_named_and_not_shown(folder: Path, name: str, content: str) -> None:
    key_folder.create(folder, entropy=seeded())
    (folder / name).write_text(content)

    with pytest.raises(KeysError, match=name.replace(".", r"\.")) as refused:
        key_folder.read(folder)
    assert not content or content not in str(refused.value)


def test_a_key_of_another_kind_is_refused(folder: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key_folder.create(folder, entropy=seeded())
    other = derive_private_key(5, SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "token-1.pem").write_bytes(other)

    with pytest.raises(KeysError, match="Ed25519"):
        key_folder.read(folder)


def test_the_private_half_of_the_logs_key_is_the_sequencers_alone(folder: Path) -> None:
    key_folder.create(folder, entropy=seeded())
    (mine,) = key_folder.read_log_keys(folder)
    (folder / "ledger-1.pem").write_bytes(b"what nobody but the sequencer opens")

    keys = key_folder.read(folder)

    assert mine.private is not None
    assert [(key.kid, key.private) for key in keys.signing[Use.LEDGER]] == [(mine.kid, None)]
    with pytest.raises(KeysError):
        key_folder.read_log_keys(folder)


def test_a_rolled_key_of_the_log_has_a_public_half_too(folder: Path) -> None:
    key_folder.create(folder, entropy=seeded(1))
    kid = key_folder.roll_signing(folder, Use.LEDGER, entropy=seeded(2))
    old = key_folder.read(folder).signing[Use.LEDGER][1].kid

    key_folder.retire_signing(folder, Use.LEDGER, old)

    assert [key.kid for key in key_folder.read(folder).signing[Use.LEDGER]] == [kid, old]
    assert [key.private is None for key in key_folder.read_log_keys(folder)] == [False, True]


def test_keys_from_before_get_their_public_half(folder: Path) -> None:
    key_folder.create(folder, entropy=seeded())
    (folder / "ledger-1.pub.pem").unlink()
    with pytest.raises(KeysError, match="ledger"):
        key_folder.read(folder)

    key_folder.create(folder, entropy=seeded())

    assert key_folder.read(folder).signing[Use.LEDGER]


def test_a_folder_from_before_a_purpose_was_added_still_serves(folder: Path) -> None:
    made = key_folder.create(folder, entropy=seeded())
    older = {each: 1 for each in Purpose if each not in ADDED}
    (folder / "versions.json").write_text(json.dumps(older), "utf-8")

    assert secrets_of(key_folder.read(folder)) == secrets_of(made)
    key_folder.roll_root(folder, entropy=seeded(2))
    assert json.loads((folder / "versions.json").read_text("utf-8")).keys() == set(Purpose)
