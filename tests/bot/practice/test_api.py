"""The real slack_sdk client against the practice workspace's Web API."""

import http.client
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.practice import Person, Practice, Workspace
from tests import serving
from tests.bot.practice.manifest import MANIFEST
from tests.waiting import PATIENCE_SECONDS, eventually

METADATA = {"event_type": "card", "event_payload": {"id": 7}}
TOO_LONG = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]


def error_of(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as refused:
        call()
    return str(refused.value.response["error"])


def test_a_token_is_its_own_workspace(client: WebClient, team: Workspace) -> None:
    who = client.auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == (team.id, team.bot_user_id, team.bot_id)
    assert "chat:write" in who.headers["x-oauth-scopes"]


def test_tokens_that_are_missing_wrong_or_dead_are_refused(
    practice: Practice, team: Workspace, client: WebClient
) -> None:
    assert error_of(WebClient(base_url=practice.api_url).auth_test) == "not_authed"
    assert error_of(WebClient("xoxb-wrong", base_url=practice.api_url).auth_test) == "invalid_auth"
    team.uninstall()
    assert error_of(client.auth_test) == "account_inactive"
    team.install()
    assert client.auth_test()["ok"]


def test_a_missing_scope_is_named(practice: Practice) -> None:
    poor = practice.team("T_POOR", scopes=frozenset({"chat:write"}))
    refused = error_of(lambda: WebClient(poor.token, base_url=practice.api_url).users_info(user="U"))
    assert refused == "missing_scope"
    assert practice.calls_of("users.info")[-1].error == "missing_scope"


def test_the_scope_depends_on_the_kind_of_conversation(practice: Practice) -> None:
    poor = practice.team("T_DM", scopes=frozenset({"channels:history", "chat:write", "im:write"}))
    client = WebClient(poor.token, base_url=practice.api_url)
    dm = client.conversations_open(users=poor.person("U1").id)["channel"]["id"]
    with pytest.raises(SlackApiError) as refused:
        client.conversations_history(channel=dm)
    assert refused.value.response["needed"] == "im:history"


def test_a_body_that_is_no_json_is_refused(practice: Practice, team: Workspace) -> None:
    headers = {"authorization": f"Bearer {team.token}", "content-type": "application/json"}
    for body in ("{", "[1]"):
        answer = serving.post(f"{practice.api_url}auth.test", content=body, headers=headers)
        assert answer.json() == {"ok": False, "error": "invalid_json"}


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    assert error_of(lambda: client.api_call("chat.sing")) == "unknown_method"


# ---- people


def test_a_person_has_zone_locale_and_standing(client: WebClient, team: Workspace) -> None:
    team.person("U_ANA", "Ana Díaz", email="ana@a.example", tz="Europe/Madrid", locale="es-ES", admin=True)
    user = client.users_info(user="U_ANA", include_locale=True)["user"]
    assert (user["tz"], user["locale"], user["is_admin"]) == ("Europe/Madrid", "es-ES", True)
    assert user["profile"]["email"] == "ana@a.example"
    assert "locale" not in client.users_info(user="U_ANA")["user"]


def test_guests_strangers_and_leavers_are_marked(client: WebClient, team: Workspace) -> None:
    team.person("U_G", guest="single")
    team.person("U_S", stranger=True, team_id="T_ELSE")
    team.person("U_D", deleted=True)
    guest, stranger, gone = (client.users_info(user=one)["user"] for one in ("U_G", "U_S", "U_D"))
    assert guest["is_restricted"]
    assert guest["is_ultra_restricted"]
    assert (stranger["is_stranger"], stranger["team_id"]) == (True, "T_ELSE")
    assert "email" not in stranger["profile"]
    assert gone["deleted"]
    assert "tz" not in gone


def test_people_are_found_by_address_unless_they_left(client: WebClient, team: Workspace) -> None:
    alice = team.person("U_A", email="Alice@a.example")
    assert client.users_lookupByEmail(email="alice@A.example")["user"]["id"] == "U_A"
    alice.change(deleted=True)
    assert error_of(lambda: client.users_lookupByEmail(email="alice@a.example")) == "users_not_found"


# ---- messages


def test_a_direct_conversation_is_opened_once(client: WebClient, alice: Person) -> None:
    first = client.conversations_open(users=alice.id)
    again = client.conversations_open(users=alice.id)
    assert first["channel"]["id"] == again["channel"]["id"] == alice.dm.id
    assert again["already_open"]


def test_conversations_are_not_opened_with_nobody_leavers_or_bots(
    client: WebClient, team: Workspace, alice: Person
) -> None:
    alice.change(deleted=True)
    assert error_of(lambda: client.conversations_open(users=alice.id)) == "user_disabled"
    assert error_of(lambda: client.conversations_open(users="U_NOBODY")) == "user_not_found"
    assert error_of(lambda: client.conversations_open(users=team.bot_user_id)) == "cannot_dm_bot"


def test_where_a_message_may_be_posted(client: WebClient, team: Workspace, alice: Person) -> None:
    secret = team.channel("C_SECRET", private=True, with_bot=False, members=[alice])
    old = team.channel("C_OLD")
    old.archived = True
    post = client.chat_postMessage
    assert error_of(lambda: post(channel="C_NONE", text="x")) == "channel_not_found"
    assert error_of(lambda: post(channel=alice.id, text="x")) == "channel_not_found"
    assert error_of(lambda: post(channel=secret.id, text="x")) == "channel_not_found"
    assert error_of(lambda: post(channel=old.id, text="x")) == "is_archived"
    dm = alice.dm.id
    alice.change(deleted=True)
    assert error_of(lambda: post(channel=dm, text="x")) == "is_archived"


def test_a_public_channel_needs_membership_or_a_scope(practice: Practice) -> None:
    poor = practice.team("T_IN", scopes=frozenset({"chat:write"}))
    poor.channel("C1", with_bot=False)
    client = WebClient(poor.token, base_url=practice.api_url)
    assert error_of(lambda: client.chat_postMessage(channel="C1", text="x")) == "not_in_channel"


def test_blocks_that_break_a_limit_are_refused_with_a_pointer(client: WebClient, alice: Person) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=alice.dm.id, text="x", blocks=TOO_LONG)
    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert alice.messages() == []


def test_text_and_metadata_that_do_not_fit_are_refused(client: WebClient, alice: Person) -> None:
    def post(**more: Any) -> Callable[[], Any]:
        return lambda: client.api_call("chat.postMessage", json={"channel": alice.dm.id, "text": "x", **more})

    big = {"event_type": "card", "event_payload": {"words": "x" * 9000}}
    nested = {"event_type": "card", "event_payload": {"a": {"b": {"c": 1}}}}
    assert error_of(post(text="")) == "no_text"
    assert error_of(post(metadata={"event_type": "card"})) == "invalid_metadata_format"
    assert error_of(post(metadata=nested)) == "invalid_metadata_schema"
    assert error_of(post(metadata=big)) == "metadata_too_large"
    assert error_of(post(blocks="[nonsense")) == "invalid_blocks_format"


def test_updates_keep_metadata_and_drop_blocks_as_slack_does(client: WebClient, alice: Person) -> None:
    dm, blocks = alice.dm.id, [{"type": "divider"}]
    ts = client.chat_postMessage(channel=dm, text="one", blocks=blocks, metadata=METADATA)["ts"]
    client.chat_update(channel=dm, ts=ts, text="two", blocks=blocks)
    assert (alice.last().text, alice.last().metadata, len(alice.last().blocks)) == ("two", METADATA, 1)
    client.chat_update(channel=dm, ts=ts, text="three")
    assert alice.last().blocks == []
    client.chat_update(channel=dm, ts=ts, text="four", metadata={})
    assert alice.last().metadata is None


def test_only_the_bots_own_lasting_messages_can_be_changed(client: WebClient, alice: Person) -> None:
    dm = alice.dm.id
    said = alice.say("hello")
    alice.command("/nothing")
    whisper = alice.last()
    assert whisper.ephemeral
    assert error_of(lambda: client.chat_update(channel=dm, ts=said.ts, text="x")) == "cant_update_message"
    assert error_of(lambda: client.chat_update(channel=dm, ts=whisper.ts, text="x")) == "message_not_found"
    assert whisper.ts not in [one["ts"] for one in client.conversations_history(channel=dm)["messages"]]
    assert error_of(lambda: client.chat_update(channel=dm, ts="1.0", text="x")) == "message_not_found"
    assert error_of(lambda: client.chat_update(channel=alice.id, ts="1.0", text="x")) == "channel_not_found"
    ts = client.chat_postMessage(channel=dm, text="x")["ts"]
    assert error_of(lambda: client.chat_update(channel=dm, ts=ts, text="x" * 4001)) == "msg_too_long"


# ---- history


def test_history_is_newest_first_in_pages_and_within_bounds(client: WebClient, alice: Person) -> None:
    dm = alice.dm.id
    stamps = [client.chat_postMessage(channel=dm, text=str(n), metadata=METADATA)["ts"] for n in range(5)]
    assert stamps == sorted(set(stamps))
    pages = client.conversations_history(channel=dm, limit=2)
    assert [[one["text"] for one in page["messages"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]
    since = client.conversations_history(channel=dm, oldest=stamps[3])["messages"]
    assert [one["text"] for one in since] == ["4"]
    between = client.conversations_history(channel=dm, oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [one["text"] for one in between["messages"]] == ["3", "2", "1"]


def test_metadata_is_read_back_on_request(client: WebClient, alice: Person) -> None:
    dm = alice.dm.id
    client.chat_postMessage(channel=dm, text="x", metadata=METADATA)
    assert "metadata" not in client.conversations_history(channel=dm)["messages"][0]
    found = client.conversations_history(channel=dm, include_all_metadata=True)["messages"][0]
    assert found["metadata"] == METADATA


def test_conversations_are_listed_by_kind(client: WebClient, team: Workspace, alice: Person) -> None:
    team.channel("C_OPEN", members=[alice], with_bot=False)
    team.channel("C_HIDDEN", private=True, with_bot=False)
    team.channel("C_MINE", private=True, ext_shared=True)
    kinds = "public_channel,private_channel"
    assert [one["id"] for one in client.users_conversations(types=kinds)["channels"]] == ["C_MINE"]
    hers = client.users_conversations(types=kinds, user=alice.id)["channels"]
    assert [(one["id"], one["is_member"]) for one in hers] == [("C_OPEN", False)]
    assert client.conversations_info(channel="C_MINE")["channel"]["is_ext_shared"]
    assert error_of(lambda: client.conversations_info(channel="C_HIDDEN")) == "channel_not_found"


def test_conversations_are_listed_in_pages(client: WebClient, team: Workspace) -> None:
    for number in range(5):
        team.channel(f"C_{number}")
    pages = [[one["id"] for one in page["channels"]] for page in client.users_conversations(limit=2)]
    assert pages == [["C_0", "C_1"], ["C_2", "C_3"], ["C_4"]]


# ---- trouble on purpose


def test_a_planned_429_says_how_long_to_wait(practice: Practice, client: WebClient, alice: Person) -> None:
    practice.fail_next("chat.postMessage", error="ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=alice.dm.id, text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "7"
    client.chat_postMessage(channel=alice.dm.id, text="too early")
    assert [call.args["text"] for call in practice.early_calls] == ["too early"]


@pytest.mark.parametrize(("drop", "posted"), [("before", 0), ("after", 1)])
def test_a_connection_can_drop_before_or_after_the_work(
    practice: Practice, client: WebClient, alice: Person, drop: Literal["before", "after"], posted: int
) -> None:
    practice.fail_next("chat.postMessage", drop=drop)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        client.chat_postMessage(channel=alice.dm.id, text="x")
    assert len(alice.messages()) == posted


def test_an_answer_can_stall_after_the_work(practice: Practice, alice: Person, team: Workspace) -> None:
    practice.fail_next("chat.postMessage", stall=PATIENCE_SECONDS)
    hasty = WebClient(team.token, base_url=practice.api_url, timeout=1, retry_handlers=[])
    with pytest.raises(TimeoutError):
        hasty.chat_postMessage(channel=alice.dm.id, text="x")
    eventually(lambda: len(alice.messages()) == 1)


def test_a_failure_can_be_meant_for_one_call(practice: Practice, client: WebClient, alice: Person) -> None:
    practice.fail_next("chat.postMessage", status=500, when=lambda args: args["text"] == "b")
    assert client.chat_postMessage(channel=alice.dm.id, text="a")["ok"]
    assert error_of(lambda: client.chat_postMessage(channel=alice.dm.id, text="b")) == "internal_error"
    assert client.chat_postMessage(channel=alice.dm.id, text="b")["ok"]


def test_the_rate_limit_holds_in_each_conversation() -> None:
    now = [datetime(2026, 11, 23, 9, tzinfo=UTC)]
    with Practice(MANIFEST, now=lambda: now[0]) as practice:
        team = practice.team("T1")
        alice, bob = team.person("U_A"), team.person("U_B")
        client = WebClient(team.token, base_url=practice.api_url)
        practice.enforce_rate_limits(per_channel=0.1)

        def post(person: Person) -> SlackResponse:
            return client.chat_postMessage(channel=person.dm.id, text="x")

        assert post(alice)["ok"]
        now[0] += timedelta(seconds=4)
        with pytest.raises(SlackApiError) as refused:
            post(alice)
        assert refused.value.response.headers["Retry-After"] == "6"
        assert post(bob)["ok"]
        now[0] += timedelta(seconds=5)
        assert error_of(lambda: post(alice)) == "ratelimited"
        now[0] += timedelta(seconds=1)
        assert post(alice)["ok"]
        assert [call.early for call in practice.calls_of("chat.postMessage")] == [False, False, False, True, False]


def test_calls_are_remembered_without_their_token(
    practice: Practice, client: WebClient, team: Workspace, alice: Person
) -> None:
    client.chat_postMessage(channel=alice.dm.id, text="x")
    call = practice.calls_of("chat.postMessage")[-1]
    assert (call.team_id, call.args["text"], call.error) == (team.id, "x", "")
    assert team.token not in str(call)
