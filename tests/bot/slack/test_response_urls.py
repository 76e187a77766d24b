"""An answer goes to Slack's own host and to no other."""

import pytest
from slack_sdk import WebClient

from bot.slack.response_urls import ResponseUrl, is_slacks

SLACK, PRACTICE = "https://slack.com/api/", "http://127.0.0.1:8800/api/"


@pytest.mark.parametrize(
    ("url", "api_url"),
    [
        ("https://hooks.slack.com/actions/T0AGENCY/123/abcDEF", SLACK),
        ("https://hooks.slack.com/commands/T0AGENCY/123/abc?x=%20", "https://www.slack.com/api/"),
        ("https://hooks.slack-gov.com/actions/T/1/a", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:8800/response/T0AGENCY/1/abc", PRACTICE),
    ],
)
def test_an_address_on_slacks_host_is_used(url: str, api_url: str) -> None:
    assert is_slacks(url, api_url)
    assert ResponseUrl.of(url, WebClient(base_url=api_url)) is not None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.test/hooks.slack.com/",
        "http://hooks.slack.com/actions/T/1/a",
        "HTTPS://hooks.slack.com/actions/T/1/a",
        "https://hooks.slack.com",
        "https://hooks.slack.com.evil.test/",
        "https://hooks.slack.com@evil.test/",
        "https://hooks.slack.com:443@evil.test/",
        "https://hooks.slack.com:8443/actions",
        "https://user@hooks.slack.com/",
        "https://hooksxslack.com/",
        "https://hooks.slack.com\\@evil.test/",
        "https://hooks.slack.com/\r\nHost: evil.test",
        "https://hooks.slack.com/a b",
        "https://hooks.slack.com/é",
        "https://hooks.slack.com/\n",
        " https://hooks.slack.com/",
        "https://slack.com/api/chat.postMessage",
        "http://127.0.0.1:8800/response/T/1/a",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
    ],
)
def test_any_other_address_is_not(url: str) -> None:
    assert not is_slacks(url, SLACK)
    assert ResponseUrl.of(url, WebClient(base_url=SLACK)) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/actions/T/1/a",
        "http://127.0.0.1.evil.test/",
        "http://127.0.0.1:8800@evil.test/",
        "http://127.0.0.2/",
        "https://127.0.0.1:8800/",
        "http://127.0.0.1:8800",
    ],
)
def test_a_practice_workspace_is_answered_on_its_own_host_alone(url: str) -> None:
    assert not is_slacks(url, PRACTICE)


@pytest.mark.parametrize("url", [None, 1, ["https://hooks.slack.com/"], {}])
def test_what_is_no_text_is_no_address(url: object) -> None:
    assert ResponseUrl.of(url, WebClient(base_url=SLACK)) is None
