"""Lists of clients, highest priority first, and a lead's picture of the team."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.infra.i18n import Translator
from bot.views import blocks, client_summary, controls, ids, names, texts
from bot.views.blocks import Json
from bot.views.data import AgencyNumbers, Card, Page, TeamRow

PAGE = 12
"""Clients in one part of a list: what a phone scrolls through without getting lost."""
COUNTED = 50
"""How many more clients are told as a number: what is beyond is many, and counting it takes as long as the rest."""
CURRENCIES = 3
"""Whose client values are told; an agency bills in one or two."""


@dataclass(frozen=True, slots=True)
class Row:
    """A client of a list, drawn but for its place there."""

    text: str
    button: Json


def row(card: Card, page: Page, t: Translator) -> Row:
    """Draw a client of a list."""
    return Row(
        text=controls.row_text(card, t, owner=page.scope == "team"),
        button=controls.row_button(card, ids.LIST, t, page),
    )


def ranking(drawn: Sequence[Row], title: str, page: Page, t: Translator) -> Json:
    """One part of a list of clients, a button beside each and one for the next part."""
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
) -> Json:
    """A lead's picture: the agency's numbers, each member's book in a line, then the clients that come first."""
    body, lines = _listed(drawn, page, t)
    said = [(row.person, _book(row, t)) for row in rows]
    people = blocks.bullet_list([client_summary.person(who, t), blocks.span(f": {line}")] for who, line in said)
    numbers = _agency(agency, t) if agency else ""
    top = [blocks.header(title), *([blocks.section(numbers)] if numbers else [])]
    top += [blocks.rich_text(people), blocks.divider()] if said else []
    members = [f"{names.person_name(who, t)}: {line}" for who, line in said]
    return blocks.message([title, *([numbers] if numbers else []), *members, *lines], [*top, *body])


def _agency(agency: AgencyNumbers, t: Translator) -> str:
    """The agency's numbers in a line, as far as they are known."""
    parts = [names.average(agency.average_days_since_contact, t)]
    if agency.retention is not None:
        parts.append(t("{share} of clients kept over a year", share=t.percent(agency.retention)))
    worth = [t.money(value, currency) for currency, value in agency.median_value.items() if value]
    if worth:
        parts.append(t("a client is worth {amounts}", amounts=names.listed(worth, CURRENCIES, t, ", ")))
    return " · ".join(part for part in parts if part)


def _listed(drawn: Sequence[Row], page: Page, t: Translator) -> tuple[list[Json], list[str]]:
    """The rows, as blocks and as lines of text."""
    if not drawn:
        said = texts.no_clients_yet(t) if page.scope == "mine" else t("No clients here.")
        return [blocks.section(said)], [said]
    told = [controls.with_rank(row.text, rank, t) for rank, row in enumerate(drawn, start=page.offset + 1)]
    body = [blocks.section(text, row.button) for row, text in zip(drawn, told, strict=True)]
    lines = [text.replace("\n", ": ") for text in told]
    shown = page.offset + len(drawn)
    if shown < page.total:
        said, line = _more(page.total - shown, t)
        value = ids.pack(surface=ids.LIST, scope=page.scope, member=page.member_id, offset=shown)
        body.append(blocks.actions([blocks.button(said, ids.MORE, value)]))
        lines.append(line)
    return body, lines


def _more(left: int, t: Translator) -> tuple[str, str]:
    """How many clients are in the next parts, on the button and in the text."""
    if left > COUNTED:
        counted = t.number(COUNTED)
        return t("Show more (over {count} left)", count=counted), t("and over {count} more", count=counted)
    said = t.plural("Show more ({count} left)", "Show more ({count} left)", left)
    return said, t.plural("and {count} more", "and {count} more", left)


def _book(row: TeamRow, t: Translator) -> str:
    parts = [t.plural("{count} client", "{count} clients", row.clients)]
    shades = (("red", row.red), ("amber", row.amber))
    parts += [f"{names.CIRCLES[shade]} {t.number(count)} {names.colour(shade, t)}" for shade, count in shades if count]
    average = names.average(row.average_days_since_contact, t)
    parts += [average] if average else []
    if row.waiting:
        parts.append(t.plural("{count} red one not acted upon", "{count} red ones not acted upon", row.waiting))
    return " · ".join(parts)
