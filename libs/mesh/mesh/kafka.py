"""How a service reaches its broker: addresses, and its own principal where the broker asks for one."""

from dataclasses import dataclass, field
from typing import Any

from mesh.settings import MeshSettings


@dataclass(frozen=True)
class KafkaConnection:
    """Where the broker is (`host:port`, several separated by commas) and as whom to speak to it.

    With a user name clients sign in by SASL SCRAM-SHA-512 (RFC 5802); without one they speak plainly, which only a
    development broker accepts.
    """

    bootstrap: str
    username: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.bootstrap.strip():
            raise ValueError("no Kafka address is set: give host:port, several separated by commas")
        if self.username and not self.password:
            raise ValueError(f"no password is set for the Kafka user {self.username}")

    @classmethod
    def from_settings(cls, settings: MeshSettings) -> "KafkaConnection":
        """The connection that a service's environment names."""
        return cls(settings.kafka_bootstrap, settings.kafka_username, settings.kafka_password.get_secret_value())

    def kwargs(self) -> dict[str, Any]:
        """The connection as the keyword arguments of an aiokafka consumer, producer or admin client."""
        servers = [server.strip() for server in self.bootstrap.split(",")]
        if not self.username:
            return {"bootstrap_servers": servers, "security_protocol": "PLAINTEXT"}
        return {
            "bootstrap_servers": servers,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }
