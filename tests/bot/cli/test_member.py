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
    assert "waits for them" not in gone.out
    assert "Slack's admins are admins again" in gone.out


def test_somebody_new_is_known_by_email_and_a_mistake_is_one_line(atrisk_with_agency: Run) -> None:
    assert "new@agency.test: lead (was no role)." in atrisk_with_agency("member", "role", "New@agency.test", "lead").out
    for words, why in (
        (("role", "new@agency.test", "boss"), "'boss' is none of am, lead, admin"),
        (("role", "Nobody", "lead"), "nobody here is called 'Nobody'"),
        (("remove", "nobody@agency.test"), "nobody here is called 'nobody@agency.test'"),
        (("role", "@", "lead"), "nobody here is called '@'"),
        (("role", "Bob <bob@agency.test>", "lead"), "nobody here is called 'Bob <bob@agency.test>'"),
        (("role", "", "lead"), "nobody here is called ''"),
    ):
        refused = atrisk_with_agency("member", *words)
        assert (refused.code, len(refused.err.splitlines())) == (2, 1)
        assert why in refused.err


def test_who_was_erased_is_on_no_list_of_people(atrisk_with_agency: Run) -> None:
    atrisk_with_agency("member", "role", "new@agency.test", "lead")
    before = atrisk_with_agency("member", "list").out.splitlines()
    assert atrisk_with_agency("forget", "--person", "new@agency.test", "--yes").code == 0
    after = atrisk_with_agency("member", "list").out.splitlines()
    assert len(after) == len(before) - 1
