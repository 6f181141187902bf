"""The people who act for a company."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts import rights
from contracts.registration import Membership, Right, Role
from mesh import audit
from mesh.auth import CurrentIdentity, CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from mesh.principal import Principal
from mesh.problems import responses
from mesh.transaction import Transaction
from registration import errors, states
from registration.api import access
from registration.api.access import CurrentEnv
from registration.api.shapes import Email, Language, Name
from registration.domain import membership, throttling
from registration.invitations import Invitee
from registration.store import activations, attempts, companies, partner_contacts, people

router = APIRouter(prefix="/v1/users", tags=["users"])

Roles = Annotated[frozenset[Role], Field(min_length=1)]
_GIVEN: Final = "Single rights beside those of the roles"
_TAKEN: Final = "Rights of the roles that this person has not"


class NewUser(Input):
    """Somebody to ask in."""

    email: Email
    name: Name
    language: Language = "fr"
    roles: Roles


class UserChange(Input):
    """What changes: rights and `active` by an administrator, name and language by the person themselves."""

    roles: Roles | None = None
    given: Annotated[frozenset[Right] | None, Field(description=f"{_GIVEN}, all of them")] = None
    taken: Annotated[frozenset[Right] | None, Field(description=f"{_TAKEN}, all of them")] = None
    active: bool | None = None
    name: Name | None = None
    language: Language | None = None


class UserView(Output):
    """Somebody who acts for the company, or was asked to and has not come yet."""

    id: UUID
    email: str
    name: str
    language: str
    roles: list[Role]
    given: Annotated[tuple[Right, ...], Field(description=_GIVEN)] = ()
    taken: Annotated[tuple[Right, ...], Field(description=_TAKEN)] = ()
    active: Annotated[bool, Field(description="False: shut out for now, by an administrator")] = True
    mail_refused_since: Annotated[datetime | None, Field(description="Mail to them has come back since then")] = None
    invited_until: Annotated[
        datetime | None, Field(description="Set as long as the link was not used; `id` is then that of the invitation")
    ] = None


class RightView(Output):
    """A right: the roles that have it, and whether it is given or taken singly too."""

    code: Right
    roles: list[Role]
    single: bool


async def _users(tx: Transaction, company_id: UUID) -> list[UserView]:
    members = [UserView.model_validate(each) for each in await people.members(tx, company_id)]
    invited = [
        UserView(id=id_, email=email, invited_until=until, **{key: asked[key] for key in ("name", "language", "roles")})
        for id_, email, asked, until in await activations.invited(tx, company_id)
    ]
    refused = await partner_contacts.refused(tx, [each.email for each in (*members, *invited)])
    return [
        each.model_copy(update={"mail_refused_since": refused.get(each.email.lower())}) for each in (*members, *invited)
    ]


@router.get("")
async def list_users(principal: CurrentPrincipal, env: CurrentEnv) -> list[UserView]:
    """Who acts for your company, by name, then who was asked in."""
    principal.require_person()
    async with env.api.transaction(principal.tenants) as tx:
        return await _users(tx, principal.company_id)


@router.get("/rights")
async def list_rights(_: CurrentIdentity) -> list[RightView]:
    """What roles are made of."""
    return [
        RightView(
            code=right,
            roles=[role for role in Role if right in rights.OF_ROLE[role]],
            single=right not in rights.WITH_A_ROLE,
        )
        for right in Right
    ]


@router.post("", status_code=202, response_model=UserView, responses=responses(Forbidden, Conflict, TooMany))
async def ask_in(user: NewUser, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv) -> Response:
    """Ask somebody to act for your company; they do once they have used the link in the mail.

    So nobody is given a company that they do not know, and nobody learns who has access elsewhere.
    """
    access.administrates(principal)
    access.gives(principal, frozenset(), rights.of_roles(user.roles))
    async with env.pipeline.transaction() as tx:
        wait = await attempts.count(tx, throttling.mail_buckets(user.email, principal.company_id))
    if wait:
        raise errors.too_many_tries(wait)
    async with command.transaction() as tx:
        company = await companies.read(tx, principal.company_id)
        if company is None:
            raise errors.company_unknown()
        if any(each["email"].lower() == user.email.lower() for each in await people.members(tx, principal.company_id)):
            raise errors.already_member()
        invitee = Invitee(user.email, user.name, user.language)
        asked = await env.invitations.invite(tx, principal.company_id, company[0].legal_name, invitee, user.roles)
        _note(tx, principal, "user.ask_in", asked, roles=sorted(user.roles))
        view = UserView(
            id=asked,
            email=user.email,
            name=user.name,
            language=user.language,
            roles=sorted(user.roles),
            invited_until=env.clock.now() + activations.LASTS,
        )
        return await command.answer(tx, 202, view)


@router.patch("/{user_id}", response_model=UserView, responses=responses(Forbidden, NotFound, Conflict, Invalid))
async def change_user(
    user_id: UUID, change: UserChange, principal: CurrentPrincipal, command: CurrentCommand
) -> Response:
    """Change somebody's roles or single rights. Rights that are taken away end within seconds, everywhere."""
    principal.require_person()
    if change.model_fields_set & {"roles", "given", "taken", "active"}:
        access.administrates(principal)
    if (change.name is not None or change.language is not None) and principal.subject != user_id:
        raise errors.not_your_data()
    _are_single("/given", change.given)
    _are_single("/taken", change.taken)
    async with command.transaction() as tx:
        before = await _membership(tx, user_id, principal.company_id)
        after = membership.changed(before, roles=change.roles, given=change.given, taken=change.taken)
        access.gives(principal, rights.held(before), rights.held(after))
        was = await people.is_active(tx, user_id, principal.company_id)
        stays = was if change.active is None else change.active
        if membership.administers_whole(before) and not (membership.administers_whole(after) and stays):
            await _leaves_an_administrator(tx, user_id, principal.company_id)
        await people.describe(tx, user_id, name=change.name, language=change.language)
        await people.set_rights(tx, user_id, after)
        await people.set_active(tx, user_id, principal.company_id, active=stays)
        revoked = membership.revokes(rights.held(before), rights.held(after)) or (was and not stays)
        state = await states.user(tx, user_id, revoked=revoked)
        if membership.has_too_many_single_rights(state.memberships):
            raise errors.too_many_rights()
        held = {"roles": sorted(after.roles), "given": sorted(after.given), "taken": sorted(after.taken)}
        _note(tx, principal, "user.change", user_id, fields=sorted(change.model_fields_set), **held)
        view = UserView(
            id=user_id,
            email=state.email or "",
            name=state.name or "",
            language=state.language,
            roles=sorted(after.roles),
            given=tuple(sorted(after.given)),
            taken=tuple(sorted(after.taken)),
            active=stays,
        )
        return await command.answer(tx, 200, view)


@router.post("/{user_id}/administration", status_code=204, responses=responses(Forbidden, NotFound, Conflict))
async def transfer_administration(user_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Hand your company's administration to somebody who acts for it; you keep your other roles, or stay to look on."""
    access.administrates(principal)
    async with command.transaction() as tx:
        theirs = await _membership(tx, user_id, principal.company_id)
        if user_id == principal.subject or not await people.is_active(tx, user_id, principal.company_id):
            raise errors.user_unknown()
        assert isinstance(principal.subject, UUID)
        mine = await _membership(tx, principal.subject, principal.company_id)
        left = (mine.roles - {Role.ADMINISTRATOR}) or frozenset({Role.VIEWER})
        after = membership.changed(theirs, roles=theirs.roles | {Role.ADMINISTRATOR}, given=None, taken=frozenset())
        access.gives(principal, rights.held(theirs), rights.held(after))
        await people.set_rights(tx, user_id, after)
        await people.set_rights(tx, principal.subject, membership.changed(mine, roles=left, given=None, taken=None))
        await states.user(tx, user_id, revoked=False)
        await states.user(tx, principal.subject, revoked=True)
        _note(tx, principal, "user.transfer_administration", user_id)
        return await command.answer(tx, 204)


@router.delete("/{user_id}", status_code=204, responses=responses(Forbidden, NotFound, Conflict))
async def remove_user(user_id: UUID, principal: CurrentPrincipal, command: CurrentCommand) -> Response:
    """Somebody leaves the company, or is not asked in any more. People may leave by themselves; the last administrator
    may not."""
    principal.require_person()
    if principal.subject != user_id:
        access.administrates(principal)
    async with command.transaction() as tx:
        if await activations.withdraw(tx, principal.company_id, activation_id=user_id):
            _note(tx, principal, "user.withdraw", user_id)
            return await command.answer(tx, 204)
        before = await _membership(tx, user_id, principal.company_id)
        if principal.subject != user_id:
            access.gives(principal, rights.held(before), frozenset())
        if membership.administers_whole(before):
            await _leaves_an_administrator(tx, user_id, principal.company_id)
        await people.remove(tx, user_id, principal.company_id)
        await states.user(tx, user_id, revoked=True)
        _note(tx, principal, "user.remove", user_id)
        return await command.answer(tx, 204)


async def _membership(tx: Transaction, user_id: UUID, company_id: UUID) -> Membership:
    """Raises NotFound (`USER_UNKNOWN`). Holds the company, so that two changes cannot both leave it without
    administrators."""
    await companies.lock(tx, company_id)
    found = await people.membership(tx, user_id, company_id)
    if found is None:
        raise errors.user_unknown()
    return found


async def _leaves_an_administrator(tx: Transaction, user_id: UUID, company_id: UUID) -> None:
    """Raises Conflict (`LAST_ADMINISTRATOR`)."""
    if not await people.other_administrators(tx, user_id, company_id):
        raise errors.last_administrator()


def _are_single(pointer: str, asked: frozenset[Right] | None) -> None:
    """Raises Invalid (`RIGHT_WITH_A_ROLE`)."""
    for right in sorted(rights.WITH_A_ROLE & (asked or frozenset())):
        raise errors.right_with_a_role(right, pointer)


def _note(tx: Transaction, principal: Principal, action: str, subject: UUID, **detail: object) -> None:
    audit.note(
        tx,
        actor=principal.actor,
        action=action,
        subject=str(subject),
        company_id=principal.company_id,
        detail=detail,
    )
