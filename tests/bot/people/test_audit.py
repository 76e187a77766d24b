"""The trail holds who did what, and of before and after only what differs."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.infra.models import AuditEntry
from bot.people import audit, workspaces
from tests.conftest import NOW


def test_an_entry_says_who_and_what_differs(engine: Engine) -> None:
    with Session(engine) as session:
        workspace = workspaces.single(session, NOW)
        audit.record(
            session,
            workspace.id,
            "policy.changed",
            now=NOW,
            by=None,
            via="command_line",
            before={"contact_limit_days": 10, "renewal_days": 90},
            after={"contact_limit_days": 7, "renewal_days": 90},
        )
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.via, entry.member_id, entry.at) == ("policy.changed", "command_line", None, NOW)
    assert (entry.before, entry.after) == ({"contact_limit_days": 10}, {"contact_limit_days": 7})
