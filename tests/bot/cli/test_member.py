"""`member`: who is what."""

from tests.bot.cli.conftest import Run


def test_a_role_is_named_listed_and_taken_away(atrisk_with_agency: Run) -> None:
    email = next(word for word in atrisk_with_agency("member", "list").out.split() if "@" in word)
    done = atrisk_with_agency("member", "role", email, "admin")
    assert done.code == 0
    assert "admin (was no role)." in done.out
    assert "not matched to anybody in Slack yet" in done.out
    assert "From now on only the admins named here are admins" in done.out
    listed = next(line for line in atrisk_with_agency("member", "list").out.splitlines() if email in line)
    assert listed.split()[-3:] == ["admin", "not", "yet"]
    gone = atrisk_with_agency("member", "remove", email)
    assert "no role (was admin)." in gone.out
    assert "Slack's admins are admins again" in gone.out


def test_somebody_new_is_known_by_email_and_a_mistake_is_one_line(atrisk_with_agency: Run) -> None:
    assert "new@agency.test: lead (was no role)." in atrisk_with_agency("member", "role", "New@agency.test", "lead").out
    for words, why in (
        (("role", "new@agency.test", "boss"), "'boss' is none of am, lead, admin"),
        (("role", "Nobody", "lead"), "nobody here is called 'Nobody'"),
        (("remove", "nobody@agency.test"), "nobody here is called 'nobody@agency.test'"),
    ):
        refused = atrisk_with_agency("member", *words)
        assert (refused.code, len(refused.err.splitlines())) == (2, 1)
        assert why in refused.err
