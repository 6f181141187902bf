"""The only place where registration's parts are made."""

from datetime import timedelta
from pathlib import Path

import httpx

from mesh.auth import Authenticator
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.mail import Mailer
from mesh.objects import MinioObjects, probe
from mesh.runtime import Service
from mesh.screening import scanner_at
from mesh.vault import Vault
from mesh.vies import Vies
from registration import jobs
from registration.addresses import Addresses
from registration.api import ROUTERS
from registration.arriving import Arriving
from registration.breached import Common, HashFile
from registration.bringing import Bringing
from registration.domain.support_desk import Desk
from registration.env import Env
from registration.exchange import Exchange, ExchangeCache
from registration.factor_setup import FactorSetup
from registration.handlers import handlers
from registration.invitations import Invitations
from registration.mail_queue import MailQueue
from registration.passkeys import Passkeys
from registration.password_change import PasswordChange
from registration.passwords import Passwords
from registration.payments import DevelopmentPayments, NoPayments
from registration.plans import Plans
from registration.portal import Portal
from registration.register_checks import RegisterChecks
from registration.registers import FileRegister, Register, Registers, Sirene, ViesRegister
from registration.rights_ear import RightsEar
from registration.second_factor import SecondFactors
from registration.settings import Settings
from registration.sign_in import SignIn
from registration.sms import NoSms, SmsByMail
from registration.token_keys import OwnKeys, SigningKeys
from registration.tokens import TokenMint
from registration.valid_from import OwnValidFrom

NAME = "registration"
MIGRATIONS = Path(__file__).parent / "migrations"


def _registers(settings: Settings) -> Registers:
    if settings.environment == "development" and settings.register_file:
        return Registers([FileRegister(settings.register_file)])
    client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=4))
    found: list[Register] = []
    if key := settings.sirene_key.get_secret_value():
        found.append(Sirene(client, settings.sirene_url, key))
    if settings.vies_url:
        found.append(ViesRegister(Vies(client, settings.vies_url)))
    return Registers(found)


def environment(settings: Settings) -> Env:
    """The adapters that these settings describe; `python -m registration seed` works with them as well."""
    api = Database(settings.database_api, service=NAME, role="api")
    pipeline = Database(settings.database_pipeline, service=NAME, role="pipeline", pool_size=15)
    vault = Vault.from_settings(settings)
    keys = SigningKeys(pipeline, vault, period=timedelta(days=settings.key_days))
    breached = HashFile(settings.breached_file) if settings.breached_file else Common()
    passwords = Passwords(breached=breached)
    clock = clock_for(settings.environment)
    portal = Portal(settings.public_url, settings.origins)
    lasts, idle = timedelta(hours=settings.session_hours), timedelta(minutes=settings.idle_minutes)
    mails = MailQueue(pipeline, vault, Mailer.from_settings(settings))
    sms = SmsByMail(mails, settings.sms_domain) if settings.sms_domain else NoSms()
    passkeys = Passkeys(settings.public_url, [settings.public_url, *settings.origins])
    second_factors = SecondFactors(pipeline, vault, mails=mails, sms=sms, passkeys=passkeys)
    sign_in = SignIn(pipeline, passwords, second_factors, lasts=lasts, idle=idle)
    payments = DevelopmentPayments() if settings.environment == "development" else NoPayments()
    plans = Plans(pipeline, payments, clock, free_a_month=settings.free_a_month)
    bringing = Bringing(pipeline, mails=mails, portal=portal)
    invitations = Invitations(
        pipeline,
        mails=mails,
        passwords=passwords,
        sign_in=sign_in,
        portal=portal,
        clock=clock,
        plans=plans,
        arriving=Arriving(mails=mails, portal=portal, clock=clock),
    )
    password_change = PasswordChange(pipeline, passwords, mails=mails, portal=portal)
    registers = _registers(settings)
    return Env(
        registers=registers,
        register_checks=RegisterChecks(pipeline, registers),
        scanner=scanner_at(settings.clamd),
        desk=Desk(
            "operator",
            settings.support_name,
            settings.support_hours,
            settings.support_price,
            settings.support_address,
            settings.support_address,
        ),
        api=api,
        pipeline=pipeline,
        objects=MinioObjects.from_settings(settings),
        clock=clock,
        vault=vault,
        keys=keys,
        mint=TokenMint(keys, issuer=settings.issuer),
        passwords=passwords,
        portal=portal,
        sign_in=sign_in,
        mails=mails,
        invitations=invitations,
        bringing=bringing,
        plans=plans,
        factor_setup=FactorSetup(
            pipeline, vault, second_factors, mails=mails, sms=sms, passkeys=passkeys, portal=portal
        ),
        password_change=password_change,
        addresses=Addresses(pipeline, password_change, mails=mails, portal=portal),
    )


def build() -> Service[Env]:
    """Registration, from its environment."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    env = environment(settings)
    cache = ExchangeCache()
    ear = RightsEar(settings.database_pipeline, cache)
    authenticator = Authenticator(
        issuer=settings.issuer, audience=NAME, keys=OwnKeys(env.keys), valid_from=OwnValidFrom(env.pipeline)
    )
    app = create_app(
        title="Navette registration",
        service=NAME,
        routers=ROUTERS,
        authenticator=authenticator,
        database=env.api,
        state={"env": env},
    )
    # Added last, so outermost: nothing else of the application runs for an exchange.
    app.add_middleware(Exchange, portal=env.portal, sign_in=env.sign_in, mint=env.mint, cache=cache)
    return Service(
        name=NAME,
        settings=settings,
        app=app,
        env=env,
        handlers=handlers,
        api=env.api,
        pipeline=env.pipeline,
        migrations=MIGRATIONS,
        jobs=(
            env.keys.run,
            ear.run,
            env.mails.run,
            jobs.forgetting(env),
            jobs.reminding(env),
            jobs.granting(env),
            jobs.checking(env),
            *([jobs.watching(env, settings.drop_folder)] if settings.drop_folder else ()),
            *([jobs.returning(env, settings.bounces_folder)] if settings.bounces_folder else ()),
        ),
        start=env.keys.load,
        probes={"objects": probe(env.objects, "documents")},
        close=env.objects.close,
    )
