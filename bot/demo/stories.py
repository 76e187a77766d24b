"""The pretend agency's clients and what is going on with each; the spreadsheets follow from it (`agency`).

A story says what happened, never what the bot should make of it: which clients were lost was drawn before any rule
was looked at.
"""

from dataclasses import dataclass

from bot.demo.people import ALICE, BOB, DANA, GRACE, KASIA, Colleague


@dataclass(frozen=True, slots=True)
class Story:
    """A client and its last half year."""

    key: str
    name: str
    owner: Colleague
    backup: Colleague
    fee: int
    """A month, in whole units of the owner's currency."""
    industry: str
    tenure_days: int
    silent_days: int = 4
    """Days since somebody last spoke with them."""
    attempts: int = 0
    """Unanswered tries since then."""
    pay_delay: int = 2
    """Days after the due date on which they usually pay."""
    owed_since: int | None = None
    """Days past due of the one invoice that is not paid; negative while it is not due yet."""
    daily_spend: int = 0
    """Ad spend on an average day, in whole units; 0 where the agency runs no ads."""
    spend_course: float = 1.0
    """Where this month's spend is heading, as a share of its target."""
    lead_course: float = 1.0
    """The same for leads."""
    leads_a_day: float = 0.0
    targets: bool = True
    status: str = "active"
    billing: str = "retainer"
    limit_days: int | None = None
    temperament: str = ""
    complexity: str = "simple"
    reporting: str = "month"
    renews_in: int | None = None
    lost_days_ago: int | None = None
    complaint_days_ago: int | None = None
    mood: str = ""
    survey: int | None = None
    referral_days_ago: int | None = None
    deadlines: tuple[tuple[str, int], ...] = ()
    """What is to be delivered, and in how many days by the internal date; the client was promised it two days later."""
    steps: tuple[tuple[str, int, str], ...] = ()
    """What is planned with them, in how many days, and its kind."""
    hours: float = 0.0
    """Hours worked in an average month; 0 where nobody records them."""
    hours_agreed: float = 0.0


# fmt: off
STORIES = (
    # Alice, Madrid
    Story("olive-grove", "Olive Grove Hotels", ALICE, KASIA, 5200, "travel", 610, 13, daily_spend=310,
          leads_a_day=6.0, temperament="choleric", renews_in=75),
    Story("casa-lumen", "Casa Lumen Interiors", ALICE, KASIA, 2400, "home", 420, 22, mood="uneasy", daily_spend=90,
          leads_a_day=3.1),
    Story("salt-stone", "Salt & Stone Climbing", ALICE, KASIA, 1500, "sport", 380, 3, owed_since=9, pay_delay=-1,
          daily_spend=60, leads_a_day=4.0),
    Story("brisa", "Brisa Solar", ALICE, BOB, 3900, "energy", 300, 5, daily_spend=420, spend_course=1.27,
          leads_a_day=9.0, temperament="melancholic"),
    Story("nimbus", "Nimbus Language School", ALICE, KASIA, 1800, "education", 205, 2, daily_spend=110,
          lead_course=0.66, leads_a_day=7.5),
    Story("palmera", "مقهى النخيل", ALICE, KASIA, 1100, "food", 150, 9, daily_spend=35, leads_a_day=2.0),
    Story("verdejo", "Bodega Verdejo", ALICE, KASIA, 2600, "food", 540, 4, referral_days_ago=12, daily_spend=95,
          leads_a_day=3.3,
          steps=(("Harvest campaign: how it went", 1, "check_in"),), hours=22, hours_agreed=24),
    Story("marisma", "Clínica Marisma", ALICE, BOB, 3100, "health", 46, 6, status="onboarding", daily_spend=130,
          leads_a_day=5.2,
          deadlines=(("Landing page for the new clinic", 1),), hours=31, hours_agreed=30),
    Story("tejado", "Tejado Roofing", ALICE, KASIA, 1300, "home", 330, 6, pay_delay=11, owed_since=8),
    # Bob, London
    Story("kestrel", "Kestrel Outdoor", BOB, ALICE, 4800, "retail", 700, 5, daily_spend=520, spend_course=0.71,
          leads_a_day=0.0, temperament="sanguine"),
    Story("fable", "Fable & Daughters Books", BOB, ALICE, 1400, "retail", 260, 8, daily_spend=45, leads_a_day=3.0),
    Story("thistle", "Thistle Legal", BOB, GRACE, 3600, "legal", 510, 15, attempts=2, daily_spend=140,
          leads_a_day=2.4, complexity="complex"),
    Story("merrow", "Merrow Seafood", BOB, ALICE, 2100, "food", 290, 2, owed_since=34, pay_delay=3, daily_spend=70,
          leads_a_day=2.8),
    Story("ashgrove", "Ashgrove Dental", BOB, ALICE, 2300, "health", 450, 3, daily_spend=120, leads_a_day=4.6,
          deadlines=(("Spring offer artwork", -1),), hours=26, hours_agreed=25),
    Story("halcyon", "Halcyon Spa", BOB, ALICE, 1700, "wellness", 365, 4, targets=False, daily_spend=55,
          leads_a_day=2.0),
    Story("gantry", "Gantry Logistics", BOB, GRACE, 5600, "logistics", 820, 6, reporting="quarter", daily_spend=260,
          leads_a_day=3.7, renews_in=28,
          steps=(("Offer for the French market", 0, "offer"),), hours=48, hours_agreed=50),
    Story("puddle", "Puddle Lane Nursery", BOB, ALICE, 950, "education", 72, 8, daily_spend=25, leads_a_day=1.2),
    # Grace, New York
    Story("cobalt", "Cobalt Fitness", GRACE, BOB, 4400, "sport", 340, 11, daily_spend=380, leads_a_day=12.0,
          temperament="phlegmatic"),
    Story("juniper", "Juniper Hill Realty", GRACE, BOB, 6200, "property", 480, 4, complaint_days_ago=3,
          daily_spend=450, leads_a_day=5.0),
    Story("sable", "Sable Coffee Roasters", GRACE, BOB, 1900, "food", 230, 9, daily_spend=80, leads_a_day=2.2,
          hours=38, hours_agreed=20),
    Story("lakeview", "Lakeview Orthodontics", GRACE, BOB, 3300, "health", 560, 5, daily_spend=210, lead_course=0.79,
          leads_a_day=6.1),
    Story("foundry", "Foundry Bikes", GRACE, DANA, 2800, "sport", 195, 3, daily_spend=150, spend_course=1.16,
          leads_a_day=3.5),
    Story("beacon", "Beacon Insurance", GRACE, BOB, 7400, "finance", 900, 7, owed_since=4, pay_delay=0,
          daily_spend=610, leads_a_day=14.0, complexity="complex", survey=6),
    Story("pepper", "Pepper & Pike", GRACE, BOB, 1250, "food", 310, 6, targets=False),
    Story("atlas", "Atlas Moving", GRACE, DANA, 2200, "logistics", 120, 5, billing="share_of_spend", daily_spend=175,
          leads_a_day=4.4),
    Story("quill", "Quill Stationery", GRACE, BOB, 1600, "retail", 410, 19, status="paused", owed_since=-5),
    # Kasia, Warsaw
    Story("bursztyn", "Bursztyn Jewellery", KASIA, ALICE, 2500, "retail", 370, 10, daily_spend=130, leads_a_day=3.9),
    Story("wisla", "Wisła Kayaks", KASIA, ALICE, 1200, "sport", 240, 4, daily_spend=40, leads_a_day=2.1),
    Story("zielona", "Zielona Apteka", KASIA, BOB, 3400, "health", 620, 26, attempts=3, daily_spend=160,
          leads_a_day=4.2),
    Story("orzel", "Orzeł Windows", KASIA, ALICE, 2900, "home", 460, 5, daily_spend=220, spend_course=0.84,
          leads_a_day=6.6),
    Story("magnolia", "Magnolia Weddings", KASIA, ALICE, 1450, "events", 180, 3, billing="project",
          referral_days_ago=20, daily_spend=50, leads_a_day=1.8),
    Story("granit", "Granit Kitchens", KASIA, ALICE, 3800, "home", 520, 6, pay_delay=9, owed_since=3, daily_spend=190,
          leads_a_day=4.9),
    Story("iskra", "Iskra E-bikes", KASIA, BOB, 4100, "sport", 33, 4, status="onboarding", daily_spend=240,
          leads_a_day=5.5),
    Story("lipa", "Lipa Tea House", KASIA, ALICE, 900, "food", 275, 7, limit_days=21),
    # Dana, who leads
    Story("harbourlight", "Harbourlight Museum", DANA, ALICE, 3000, "culture", 1100, 8, daily_spend=85,
          leads_a_day=2.6),
    Story("crown", "Crown Street Bank", DANA, GRACE, 9500, "finance", 1300, 3, daily_spend=900, leads_a_day=16.0,
          complexity="complex", reporting="quarter", renews_in=140,
          deadlines=(("Quarterly media plan", 6),), steps=(("Review with the board", 9, "check_in"),),
          hours=95, hours_agreed=100),
    # Gone in the last half year
    Story("ember", "Ember Grills", GRACE, BOB, 2000, "food", 400, status="lost", lost_days_ago=38, daily_spend=90,
          leads_a_day=2.2),
    Story("fjord", "Fjord Knitwear", BOB, ALICE, 1750, "retail", 350, status="lost", lost_days_ago=71, daily_spend=60,
          leads_a_day=1.9),
    Story("mosaic", "Mosaic Tiles", ALICE, KASIA, 2700, "home", 290, status="lost", lost_days_ago=110,
          daily_spend=105, leads_a_day=2.7),
    Story("sowa", "Sowa Toys", KASIA, ALICE, 1350, "retail", 260, status="lost", lost_days_ago=20, daily_spend=45,
          leads_a_day=1.6),
)
# fmt: on
