"""What routes and jobs of registration work with."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.db import Database
from mesh.objects import MinioObjects
from mesh.screening import Scanner
from mesh.vault import Vault
from registration.addresses import Addresses
from registration.bringing import Bringing
from registration.domain.support_desk import Desk
from registration.factor_setup import FactorSetup
from registration.invitations import Invitations
from registration.mail_queue import MailQueue
from registration.password_change import PasswordChange
from registration.passwords import Passwords
from registration.plans import Plans
from registration.portal import Portal
from registration.register_checks import RegisterChecks
from registration.registers import Registers
from registration.sign_in import SignIn
from registration.token_keys import SigningKeys
from registration.tokens import TokenMint


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only."""

    api: Database
    pipeline: Database
    objects: MinioObjects
    clock: Clock
    vault: Vault
    keys: SigningKeys
    mint: TokenMint
    passwords: Passwords
    portal: Portal
    sign_in: SignIn
    mails: MailQueue
    invitations: Invitations
    bringing: Bringing
    plans: Plans
    factor_setup: FactorSetup
    password_change: PasswordChange
    addresses: Addresses
    registers: Registers
    register_checks: RegisterChecks
    scanner: Scanner
    desk: Desk
