"""`policy`: limits and weights shown, changed, taken elsewhere and brought in."""

import json
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.infra.db import connect, transaction
from scoring.policy import Policy
from tests.bot.cli.conftest import Run


def test_every_field_is_shown_with_its_default_range_and_description(atrisk: Run) -> None:
    out = atrisk("policy", "show").out
    for rule in fields(Policy):
        line = next(line for line in out.splitlines() if line.split()[:1] == [rule.name])
        assert f"{rule.metadata['low']:g} to {rule.metadata['high']:g}" in line
        assert rule.metadata["unit"] in line
        assert rule.metadata["about"] in line
    assert "All at their defaults" in out


def test_changed_fields_are_marked_and_can_be_reset(atrisk: Run) -> None:
    said = atrisk("policy", "set", "contact_limit_days", 14, "contact_gap_weight", "0.5")
    assert "contact_limit_days: 10 → 14 days" in said.out
    assert "contact_gap_weight: 0.7 → 0.5 share of risk" in said.out
    shown = atrisk("policy", "show").out
    assert [line.split()[:4] for line in shown.splitlines() if line.startswith("*")] == [
        ["*", "contact_limit_days", "14", "10"],
        ["*", "contact_gap_weight", "0.5", "0.7"],
    ]
    assert "contact_limit_days: 14 → 10 days" in atrisk("policy", "set", "contact_limit_days", "default").out
    by_name = {row["name"]: row for row in json.loads(atrisk("policy", "show", "--json").out)}
    assert by_name["contact_limit_days"]["value"] == by_name["contact_limit_days"]["default"] == 10
    assert by_name["contact_gap_weight"]["value"] == 0.5


def test_an_exported_policy_is_imported_unchanged(atrisk: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    atrisk("policy", "set", "contact_limit_days", 14, "red_risk", "62.5")
    assert atrisk("policy", "export", file).code == 0
    assert tomllib.loads(file.read_text()) == {"contact_limit_days": 14, "red_risk": 62.5}
    assert atrisk("policy", "export").out == file.read_text()
    atrisk("policy", "set", "contact_limit_days", "default", "survey_low", 5)
    said = atrisk("policy", "import", file).out
    assert "contact_limit_days: 10 → 14 days" in said
    assert "survey_low: 5.0 → 6.0" in said
    assert "Nothing changed" in atrisk("policy", "import", file).out


def test_an_exported_policy_has_every_field_as_a_comment_that_can_be_uncommented(atrisk: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.toml"
    atrisk("policy", "export", file)
    lines = file.read_text().splitlines()[1:]
    file.write_text("\n".join(line.removeprefix("# ") for line in lines))
    assert set(tomllib.loads(file.read_text())) == {rule.name for rule in fields(Policy)}
    assert "Nothing changed" in atrisk("policy", "import", file).out


def test_the_next_sweep_applies_a_change(atrisk_with_agency: Run) -> None:
    atrisk_with_agency("sweep")
    assert atrisk_with_agency("sweep").out.startswith("0 clients checked")
    atrisk_with_agency("policy", "set", "contact_limit_days", 30)
    assert atrisk_with_agency("sweep").out.startswith("36 clients checked")
    rows = {row["client"]: row for row in json.loads(atrisk_with_agency("list", "--json").out)}
    assert "contact_gap" not in {signal["name"] for signal in rows["zielona"]["signals"]}
    assert "1 client has its own contact limit" in atrisk_with_agency("policy", "show").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "contact_limit_days", "400"), "contact_limit_days 400: must be 1 to 365 days"),
        (("set", "contact_limit_days", "ten"), "must be a whole number of days, 1 to 365"),
        (("set", "contact_limit_days", "1.5"), "must be a whole number of days, 1 to 365"),
        (("set", "mood_weight", "nan"), "must be 0.0 to 1.0 share of risk"),
        (("set", "amber_risk", "70"), "must be less than red_risk"),
        (("set", "gut_feeling", "1"), "gut_feeling: no such field"),
        (("set", "gut_feeling", "default"), "gut_feeling: no such field"),
        (("set", "contact_limit_days"), "no value given"),
        (("import", "/nowhere/policy.toml"), "cannot be read"),
        (("import", "broken.toml"), "broken.toml"),
        (("import", "wrong.toml"), "contact_limit_days 'ten'"),
        (("export", "/nowhere/policy.toml"), "cannot be written"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_in_one_line_and_changes_nothing(
    atrisk: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "broken.toml").write_text("contact_limit_days: 14\n")
    (tmp_path / "wrong.toml").write_text('contact_limit_days = "ten"\n')
    result = atrisk("policy", *words)
    assert (result.code, len(result.err.strip().splitlines()), result.out) == (2, 1, "")
    assert said in result.err
    assert "All at their defaults" in atrisk("policy", "show").out


def test_a_stored_value_that_is_no_longer_allowed_is_named_and_can_be_reset(atrisk: Run, database_url: str) -> None:
    atrisk("policy", "set", "contact_limit_days", 14)
    engine = connect(database_url)
    with transaction(engine) as session:
        session.execute(text("""UPDATE workspaces SET policy = '{"contact_limit_days": 0}'"""))
    engine.dispose()
    result = atrisk("policy", "show")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
    assert "reset it with `atrisk policy set contact_limit_days default`" in result.err
    assert atrisk("policy", "set", "contact_limit_days", "default").code == 0
    assert "All at their defaults" in atrisk("policy", "show").out


@pytest.mark.parametrize(
    "content",
    ["a=" + "[" * 60_000, "a." * 400 + "b=1\n" + "x" * 2_000, "a = " + "{a=" * 20_000, "x" * 70_000, "a=" + "9" * 900],
    ids=["arrays", "keys", "tables", "long", "digits"],
)
def test_a_hostile_policy_file_is_refused_in_one_short_line(atrisk: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(content)
    said = atrisk("policy", "import", file)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert len(said.err) < 500


@pytest.mark.parametrize("number", ["1_000", "\u0663\u0664", "1e-999", "0x10", "\uff11"])
def test_only_plain_numbers_are_numbers(atrisk: Run, number: str) -> None:
    said = atrisk("policy", "set", "contact_limit_days", number)
    assert said.code == 2
    assert f"contact_limit_days {number!r}: must be a whole number of days" in said.err


def test_a_name_that_is_almost_right_is_guessed(atrisk: Run) -> None:
    assert (
        "contact_limit: no such field in the policy; is contact_limit_days meant?"
        in atrisk("policy", "set", "contact_limit", 14).err
    )
    assert "is red_risk meant?" in atrisk("policy", "set", "redrisk", "default").err
    assert "meant" not in atrisk("policy", "set", "zzz", 1).err


def test_a_rate_of_false_alarms_may_be_set_by_a_word(atrisk: Run, tmp_path: Path) -> None:
    rates = [rule.name for rule in fields(Policy) if rule.name.endswith("_false_alarms")]
    assert rates
    for name in rates:
        assert atrisk("policy", "set", name, "keen").out.startswith(f"{name}: 1.0 → 3.0 a client-year")
    assert f"{rates[0]}: 3.0 → 0.333" in atrisk("policy", "set", rates[0], "calm").out
    assert f"{rates[0]}: 0.333 → 1.0" in atrisk("policy", "set", rates[0], "normal").out
    assert "calm (a third of one), normal (1) or keen (3)" in atrisk("policy", "show").out
    file = tmp_path / "ours.toml"
    file.write_text(f'{rates[0]} = "calm"\n')
    assert f"{rates[0]}: 1.0 → 0.333" in atrisk("policy", "import", file).out
    said = atrisk("policy", "set", rates[0], "loud")
    assert (said.code, said.out) == (2, "")
    assert f"{rates[0]} 'loud': must be calm, normal, keen or 0.01 to 52.0 a client-year" in said.err
    assert atrisk("policy", "set", "contact_limit_days", "calm").code == 2


def test_a_field_that_no_longer_exists_is_passed_over_and_told_once(
    atrisk: Run, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.policy.RETIRED", {"old_certainty": "set engagement_false_alarms instead"})
    told = "old_certainty: no longer in the policy, so it is passed over: set engagement_false_alarms instead"
    file = tmp_path / "ours.toml"
    file.write_text("old_certainty = 0.9\ncontact_limit_days = 14\n")
    said = atrisk("policy", "import", file)
    assert (said.code, said.err.strip()) == (0, told)
    assert "contact_limit_days: 10 → 14 days" in said.out
    engine = connect(database_url)
    with transaction(engine) as session:
        stored = '{"old_certainty": 0.9, "contact_limit_days": 14}'
        session.execute(text("UPDATE workspaces SET policy = :stored"), {"stored": stored})
    engine.dispose()
    assert atrisk("policy", "show").err.strip() == told
    assert atrisk("list").code == 0
    said = atrisk("policy", "set", "contact_limit_days", 12)
    assert (said.err.strip(), "contact_limit_days: 14 → 12 days" in said.out) == (told, True)
    assert atrisk("policy", "show").err == ""
    said = atrisk("policy", "set", "old_certainty", 1)
    assert (said.code, "set engagement_false_alarms instead" in said.err) == (2, True)
