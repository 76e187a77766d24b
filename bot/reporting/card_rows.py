"""The queries behind cards: clients, their breaches, snoozes and latest contacts, each for many clients at once.

Each takes `workspace_id` and `client_ids`. Never here: what a reader may see (`client_cards`).
"""

from sqlalchemy import Text, bindparam, false, select, type_coerce
from sqlalchemy.orm import aliased

from bot.clients.labels import HAS_NAMESAKE
from bot.infra.db import in_workspace, key_in
from bot.infra.models import Assessment, Breach, Client, Member, Snooze, Touchpoint

_owner, _backup, _contacter, _silencer = aliased(Member), aliased(Member), aliased(Member), aliased(Member)
_contact, _latest = aliased(Touchpoint), aliased(Touchpoint)
_LAST_CONTACT = (
    select(_latest.id)
    .where(
        _latest.client_id == Client.id,
        _latest.outcome == "reached",
        _latest.automatic.is_(false()),
        _latest.undone_at.is_(None),
    )
    .order_by(_latest.occurred_at.desc(), _latest.id.desc())
    .limit(1)
    .correlate(Client)
)
_BASE = (
    select(
        Client.id,
        Client.name,
        Client.external_id,
        HAS_NAMESAKE.label("has_namesake"),
        Client.status,
        Client.colour,
        Client.risk,
        Client.priority,
        Client.contact_no,
        Client.owner_id,
        Client.backup_id,
        Client.returns_on,
        _owner.name.label("owner_name"),
        _owner.email.label("owner_email"),
        _owner.slack_user_id.label("owner_slack"),
    )
    .select_from(Client)
    .outerjoin(Assessment, (Assessment.client_id == Client.id) & (Assessment.on == Client.assessed_on))
    .outerjoin(_owner, _owner.id == Client.owner_id)
    .where(in_workspace(Client.workspace_id, "workspace_id"), key_in(Client.id, "client_ids"))
)
"""The columns shown both in a list and on a card."""
CLIENTS = (
    _BASE.add_columns(
        Client.currency,
        Client.monthly_fee,
        Client.billing,
        Client.temperament,
        Client.started_on,
        Client.renews_on,
        Client.silent_until,
        Client.silent_by_id,
        _silencer.name.label("silencer_name"),
        _silencer.email.label("silencer_email"),
        _silencer.slack_user_id.label("silencer_slack"),
        Assessment.signals,
        Assessment.value,
        Assessment.relationship,
        Assessment.timing,
        Assessment.effort,
        _backup.name.label("backup_name"),
        _backup.email.label("backup_email"),
        _backup.slack_user_id.label("backup_slack"),
        _contact.occurred_at.label("contact_at"),
        _contact.member_id.label("contacter_id"),
        _contacter.name.label("contacter_name"),
        _contacter.email.label("contacter_email"),
        _contacter.slack_user_id.label("contacter_slack"),
    )
    .outerjoin(_backup, _backup.id == Client.backup_id)
    .outerjoin(_silencer, _silencer.id == Client.silent_by_id)
    .outerjoin(_contact, _contact.id == _LAST_CONTACT.scalar_subquery())
    .outerjoin(_contacter, _contacter.id == _contact.member_id)
)
ROWS = _BASE.add_columns(
    Client.currency,
    Client.monthly_fee,
    Client.billing,
    Assessment.value,
    Assessment.relationship,
    Assessment.timing,
    type_coerce(Assessment.signals, Text).label("signals"),
    _LAST_CONTACT.with_only_columns(_latest.occurred_at).scalar_subquery().label("contact_at"),
)
"""The columns of a list. Signals stay JSON text, so that a row is hashable and can be a cache key."""
BREACHES = (
    select(
        Breach.client_id,
        Breach.signal,
        Breach.subject,
        Breach.opened_at,
        Breach.red_at,
        Breach.held_because,
        Breach.announced_at,
    )
    .where(
        Breach.workspace_id == bindparam("workspace_id"),
        key_in(Breach.client_id, "client_ids"),
        Breach.resolved_at.is_(None),
    )
    .order_by(Breach.severity.desc(), Breach.id)
)
SNOOZES = (
    select(
        Snooze.client_id,
        Snooze.id,
        Snooze.member_id,
        Snooze.colour,
        Snooze.until_at,
        Member.name,
        Member.email,
        Member.slack_user_id,
        Member.tz,
    )
    .outerjoin(Member, Member.id == Snooze.member_id)
    .where(
        Snooze.workspace_id == bindparam("workspace_id"),
        key_in(Snooze.client_id, "client_ids"),
        Snooze.ended_at.is_(None),
        Snooze.until_at > bindparam("now", type_=Snooze.until_at.type),
    )
)
LOGGED = (
    select(
        Touchpoint.client_id,
        Touchpoint.id,
        Touchpoint.member_id,
        Touchpoint.created_at,
        Touchpoint.outcome,
        Member.name,
        Member.email,
        Member.slack_user_id,
        Client.owner_id,
    )
    .join(Client, Client.id == Touchpoint.client_id)
    .outerjoin(Member, Member.id == Touchpoint.member_id)
    .where(
        Touchpoint.workspace_id == bindparam("workspace_id"),
        key_in(Touchpoint.client_id, "client_ids"),
        Touchpoint.created_at >= bindparam("since", type_=Touchpoint.created_at.type),
        Touchpoint.undone_at.is_(None),
        Touchpoint.source != "import",
    )
    .order_by(Touchpoint.contact_no, Touchpoint.id)
)
