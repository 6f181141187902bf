"""Registration consumes nothing: it is where companies and people come from."""

from mesh.handlers import Handlers
from registration.env import Env

handlers: Handlers[Env] = Handlers()
