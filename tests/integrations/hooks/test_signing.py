"""Standard Webhooks 1.0.0: its own test vector, and what must be refused."""

import pytest

from integrations.webhooks import rules, signing

SECRET, ID, STAMP = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
RIGHT = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_vector_of_the_specification() -> None:
    assert signing.signature(secret=SECRET, id=ID, timestamp=STAMP, body=BODY) == RIGHT
    assert signing.signature(secret="whsec_" + SECRET, id=ID, timestamp=STAMP, body=BODY) == RIGHT


def test_every_flipped_bit_is_refused() -> None:
    headers = signing.headers(secrets=[SECRET], id=ID, timestamp=STAMP, body=BODY)
    genuine = {"secrets": [SECRET], "at": STAMP}
    assert signing.is_genuine(headers=headers, body=BODY, **genuine)
    for place in range(len(BODY) * 8):
        flipped = bytearray(BODY)
        flipped[place // 8] ^= 1 << place % 8
        assert not signing.is_genuine(headers=headers, body=bytes(flipped), **genuine)
    for name, wrong in (("webhook-id", ID + "x"), ("webhook-timestamp", str(STAMP + 1)), ("webhook-signature", RIGHT[:-2] + "A="),
                        ("webhook-signature", ""), ("webhook-timestamp", "soon"), ("webhook-id", "")):  # fmt: skip
        assert not signing.is_genuine(headers=headers | {name: wrong}, body=BODY, **genuine)
    for at in (STAMP - 301, STAMP + 301):
        assert not signing.is_genuine(secrets=[SECRET], headers=headers, body=BODY, at=at)


def test_while_it_changes_both_secrets_sign_and_either_is_enough() -> None:
    new, stranger = signing.new_secret(), signing.new_secret()
    headers = signing.headers(secrets=[new, SECRET], id=ID, timestamp=STAMP, body=BODY)
    assert headers["webhook-signature"].split()[1] == RIGHT
    for secrets, right in (([new], True), ([SECRET], True), ([stranger, SECRET], True), ([stranger], False)):
        assert signing.is_genuine(secrets=secrets, headers=headers, body=BODY, at=STAMP) is right


@pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", "whsec_not base64", "whsec_" + "QUFB" * 30])
def test_secrets_of_other_lengths_are_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        signing.key_of(secret)


def test_the_timetable_is_the_promised_one_and_ends() -> None:
    waits = [rules.next_try(attempts=number, chance=0.5) for number in range(1, 11)]
    assert [wait and wait.total_seconds() for wait in waits] == [
        5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, None,
    ]  # fmt: skip
    spread = [rules.next_try(attempts=2, chance=chance) for chance in (0, 1)]
    assert [wait and wait.total_seconds() for wait in spread] == [270, 330]
    asked = rules.next_try(attempts=1, chance=0.5, retry_after=120)
    assert asked is not None and asked.total_seconds() == 120
    assert rules.slow_down(failures=1, retry_after=0).total_seconds() == 60
    assert rules.slow_down(failures=50, retry_after=0).total_seconds() == 3600
    assert rules.slow_down(failures=1, retry_after=999_999).total_seconds() == 3600
