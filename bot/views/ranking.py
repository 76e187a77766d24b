"""Lists of clients, highest priority first, and a lead's picture of the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.infra.i18n import Translator
from bot.views import blocks, client_summary, controls, ids, names, texts
from bot.views.blocks import Json
from bot.views.data import Card, Page, UnownedClient
from bot.views.team_data import AgencyNumbers, TeamRow
from bot.views.unowned import unowned_line

PAGE = 12
"""Clients on one page of a list: as many as are easy to scroll through on a phone."""
COUNTED = 50
"""Further clients that are counted: beyond them it says "over 50", since counting more takes as long as the rest."""
CURRENCIES = 3
"""Currencies whose client values are shown; most agencies bill in one or two."""


@dataclass(frozen=True, slots=True)
class Row:
    """A client in a list, without its rank."""

    text: str
    button: Json


def row(card: Card, page: Page, t: Translator) -> Row:
    """Draw a client in a list."""
    return Row(
        text=controls.row_text(card, t, owner=page.scope == "team"),
        button=controls.row_button(card, ids.LIST, t, page),
    )


def ranking(drawn: Sequence[Row], title: str, page: Page, t: Translator) -> Json:
    """One page of a list of clients, with a button for each and one for the next page."""
    body, lines = _listed(drawn, page, t)
    return blocks.message([title, *lines], [blocks.header(title), *body])


def team(
    rows: Sequence[TeamRow],
    drawn: Sequence[Row],
    title: str,
    page: Page,
    t: Translator,
    *,
    agency: AgencyNumbers | None = None,
    unowned: Sequence[UnownedClient] = (),
) -> Json:
    """A lead's view: the agency's numbers, a line for each member, what nobody owns, then the team's clients."""
    body, lines = _listed(drawn, page, t)
    by_member = [(row.person, _member(row, t)) for row in rows]
    people = blocks.bullet_list([client_summary.person(who, t), blocks.span(f": {line}")] for who, line in by_member)
    numbers = _agency(agency, t) if agency else ""
    top = [blocks.header(title), *([blocks.section(numbers)] if numbers else [])]
    top += [blocks.rich_text(people), blocks.divider()] if by_member else []
    orphans = [unowned_line(unowned, t)] if unowned else []
    top += [blocks.context(line) for line in orphans]
    members = [f"{names.person_name(who, t)}: {line}" for who, line in by_member]
    return blocks.message([title, *([numbers] if numbers else []), *members, *orphans, *lines], [*top, *body])


def _agency(agency: AgencyNumbers, t: Translator) -> str:
    """The agency's numbers that are known, in one line."""
    parts = [names.average(agency.average_days_since_contact, t)]
    if agency.retention is not None:
        parts.append(t("{share} of clients kept over a year", share=t.percent(agency.retention)))
    worth = [t.money(value, currency, about=True) for currency, value in agency.median_value.items() if value]
    if worth:
        parts.append(t("a typical client is worth {amounts}", amounts=names.listed(worth, CURRENCIES, t, ", ")))
    return " · ".join(part for part in parts if part)


def _listed(drawn: Sequence[Row], page: Page, t: Translator) -> tuple[list[Json], list[str]]:
    """The rows as blocks and as lines of text."""
    if not drawn:
        text = texts.no_clients_yet(t) if page.scope == "mine" else t("No clients here.")
        return [blocks.section(text)], [text]
    texts_with_rank = [controls.with_rank(row.text, rank, t) for rank, row in enumerate(drawn, start=page.offset + 1)]
    body = [blocks.section(text, row.button) for row, text in zip(drawn, texts_with_rank, strict=True)]
    lines = [text.replace("\n", ": ") for text in texts_with_rank]
    shown, turns = page.offset + len(drawn), []
    if page.offset:
        turns.append(blocks.button(t("Back"), ids.PREVIOUS, _turn(page, max(0, page.offset - PAGE))))
    if shown < page.total:
        text, line = _more(page.total - shown, t)
        turns.append(blocks.button(text, ids.MORE, _turn(page, shown)))
        lines.append(line)
    return [*body, blocks.actions(turns)] if turns else body, lines


def _turn(page: Page, offset: int) -> str:
    return ids.pack(surface=ids.LIST, scope=page.scope, member=page.member_id, offset=offset)


def _more(left: int, t: Translator) -> tuple[str, str]:
    """How many clients are on the next pages, as the button and the text say it."""
    if left > COUNTED:
        counted = t.number(COUNTED)
        return t("Show more (over {count} left)", count=counted), t("and over {count} more", count=counted)
    text = t.plural("Show more ({count} left)", "Show more ({count} left)", left)
    return text, t.plural("and {count} more", "and {count} more", left)


def _member(row: TeamRow, t: Translator) -> str:
    parts = [t.plural("{count} client", "{count} clients", row.clients)]
    shades = (("red", row.red), ("amber", row.amber))
    parts += [f"{names.CIRCLES[shade]} {t.number(count)} {names.colour(shade, t)}" for shade, count in shades if count]
    average = names.average(row.average_days_since_contact, t)
    parts += [average] if average else []
    if row.waiting:
        parts.append(t.plural("{count} red, nobody acted yet", "{count} red, nobody acted yet", row.waiting))
    return " · ".join(parts)
