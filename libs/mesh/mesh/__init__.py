"""How every service runs: database, outbox and inbox, consumer, sequencer, objects, HTTP, identity, mail, telemetry."""
