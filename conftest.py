"""Property tests ask whether, never how fast: a busy machine is no broken promise, and `make bench` measures speed."""

from hypothesis import HealthCheck, settings

settings.register_profile("navette", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("navette")
