import pytest

from bot.views import ids


def test_what_a_button_carries_comes_back_as_it_was() -> None:
    packed = ids.pack(client=12, contact_no=3, surface=ids.DIGEST, touchpoint=None)
    assert ids.unpack(packed) == {"client": 12, "contact_no": 3, "surface": "digest"}


def test_a_select_carries_its_client_in_its_blocks_id() -> None:
    action = {
        "type": "static_select",
        "action_id": ids.SNOOZE,
        "block_id": ids.pack(client=12, surface=ids.NUDGE),
        "selected_option": {"value": "3d"},
    }
    assert ids.carried(action) == {"client": 12, "surface": "nudge"}
    assert ids.chosen(action) == "3d"
    assert ids.chosen({"type": "button", "value": "{}"}) is None


@pytest.mark.parametrize(
    "value", ["", "12", "null", "[1]", "12-3", '{"client":1.5}', '{"client":true}', '{"client":[1]}', "[" * 9999, None]
)
def test_a_value_that_is_not_ours_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Extra data|not packed"):
        ids.unpack(value)


def test_more_than_a_block_id_holds_is_refused_before_slack_does() -> None:
    with pytest.raises(ValueError, match="too much"):
        ids.pack(scope="x" * 255)
