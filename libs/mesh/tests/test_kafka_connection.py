"""How the broker's address and principal become client arguments."""

import pytest

from mesh.kafka import KafkaConnection


def test_a_broker_without_a_principal_is_spoken_to_plainly() -> None:
    assert KafkaConnection("one:9092, two:9092").kwargs() == {
        "bootstrap_servers": ["one:9092", "two:9092"],
        "security_protocol": "PLAINTEXT",
    }


def test_a_principal_signs_in_by_scram() -> None:
    arguments = KafkaConnection("one:9092", "signing", "s3cret").kwargs()
    assert arguments["security_protocol"] == "SASL_PLAINTEXT"
    assert arguments["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (arguments["sasl_plain_username"], arguments["sasl_plain_password"]) == ("signing", "s3cret")


def test_the_password_is_never_shown() -> None:
    assert "s3cret" not in repr(KafkaConnection("one:9092", "signing", "s3cret"))


@pytest.mark.parametrize(("bootstrap", "username", "password"), [(" ", "", ""), ("one:9092", "signing", "")])
def test_an_incomplete_connection_is_refused_at_once(bootstrap: str, username: str, password: str) -> None:
    with pytest.raises(ValueError, match=r"no (Kafka address|password)"):
        KafkaConnection(bootstrap, username, password)
