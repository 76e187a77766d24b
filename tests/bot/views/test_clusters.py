from bot.infra.i18n import translator
from bot.views.clusters import cluster_line
from bot.views.digest import morning_digest
from bot.views.team_data import Cluster
from tests.bot.views import reading
from tests.bot.views.samples import BOB, card, morning

EN = translator("en-US")
NAMES = tuple(f"C{number}" for number in range(8))
BOBS = Cluster(BOB, None, NAMES[:5], (1, 2, 3, 4, 5))


def test_a_cluster_names_the_clients_and_whom_to_ask() -> None:
    assert cluster_line(BOBS, EN) == (
        "5 clients of Bob turned red or uneasy lately: C0, C1, C2, C3, C4. Ask Bob what's going on."
    )
    assert cluster_line(Cluster(None, "Meta Ads", NAMES, ()), EN) == (
        "Meta Ads became more expensive at 8 clients at once: C0, C1, C2, C3, C4, C5 and 2 more. "
        "Look into it once, for all of them."
    )


def test_a_lead_reads_of_it_above_their_own_list() -> None:
    said = morning_digest(morning(card(1, "Acme"), clusters=(BOBS,)), EN)
    line = cluster_line(BOBS, EN)
    assert reading.lines(said).index(line) == 2
    assert said["text"].splitlines()[1] == line
