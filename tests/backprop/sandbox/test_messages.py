"""Messages between judge and notebook: what is sent arrives, and nothing else is believed."""

import socket
import struct
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.calling import Crash, Oddity, Reply
from backprop.sandbox import messages
from backprop.sandbox.channel import (
    MOST_ENTRIES,
    AnswerTimeout,
    Channel,
    ConnectionClosed,
    InvalidMessage,
    packed,
    unpacked,
)
from backprop.second_look import Clues
from backprop_judge import EXERCISES


@pytest.fixture
def ends():
    one, two = socket.socketpair()
    yield Channel(one), two
    one.close()
    two.close()


def test_a_message_arrives_as_it_was_sent(ends):
    line, other = ends
    message = {"text": "żółć \N{SNOWMAN}", "number": 0.1 + 0.2, "long": "x" * 3_000_000}
    sender = threading.Thread(target=Channel(other).send, args=(message,))
    sender.start()
    assert line.receive(5) == message
    sender.join()


def test_a_message_that_is_too_long_is_refused_before_it_is_read(ends):
    line, other = ends
    other.send(struct.pack(">I", 2**31))  # nothing follows: whoever waits for it waits for ever
    with pytest.raises(InvalidMessage, match="2,147,483,648 bytes"):
        line.receive(5)


@pytest.mark.parametrize("data", [b"", b"not JSON", b"[]", b"7", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_message_is_refused(ends, data):
    line, other = ends
    other.sendall(struct.pack(">I", len(data)) + data)
    with pytest.raises(InvalidMessage):
        line.receive(5)


def test_silence_half_a_message_and_a_closed_line_are_told_apart(ends):
    line, other = ends
    with pytest.raises(AnswerTimeout):
        line.receive(0.05)
    other.send(struct.pack(">I", 10) + b"{")
    with pytest.raises(AnswerTimeout):
        line.receive(0.05)
    other.close()
    with pytest.raises(ConnectionClosed):
        line.receive(5)


def test_a_message_that_waits_is_late_all_the_same_when_no_time_is_left(ends):
    line, other = ends
    other.sendall(struct.pack(">I", 2) + b"{}")
    with pytest.raises(AnswerTimeout):
        line.receive(0)
    assert line.receive(5) == {}


def test_a_reader_who_never_reads_does_not_hold_the_sender_up(ends):
    line, _ = ends
    with pytest.raises(AnswerTimeout):
        line.send({"much": "x" * 5_000_000}, seconds=0.1)


@pytest.mark.parametrize(
    "value",
    [1, 0.1, -0.0, float("inf"), True, np.zeros((3, 0)), np.arange(6.0).reshape(2, 3).T,
     np.array([True, False]), np.array(3.5), np.array([1 + 2j])],
    ids=repr,
)  # fmt: skip
def test_numbers_and_arrays_survive_to_the_last_bit(value):
    back = unpacked(packed(value))
    assert np.shape(back) == np.shape(value)
    assert np.array_equal(np.signbit(np.real(back)), np.signbit(np.real(value)))
    assert np.array_equal(back, value)


@pytest.mark.parametrize(
    "value",
    [{"array": [10**9, 10**9], "kind": "f8", "data": ""}, {"array": [MOST_ENTRIES + 1], "kind": "f8"},
     {"array": [-1], "kind": "f8", "data": ""}, {"array": [1.0], "kind": "f8", "data": "AAAAAAAAAAA="},
     {"array": [2], "kind": "f8", "data": "AAAAAAAAAAA="}, {"array": [1], "kind": "O", "data": ""},
     {"array": [1], "kind": "f8", "data": "no base64"}, {"array": "abc", "kind": "f8", "data": ""},
     {"array": [1] * 40, "kind": "f8", "data": "AAAAAAAAAAA="}, {"array": [1], "kind": ["f8"]},
     2**70, None, "text", [1, 2], {}],
    ids=str,
)  # fmt: skip
def test_what_is_no_number_or_array_is_refused(value):
    with pytest.raises(InvalidMessage):
        unpacked(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["values", "named", "crash", "array", "kind", "data", "oddity", "changed", "reads"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_reply_of_any_form_does_more_than_be_refused(message):
    whole = {"values": message, "changed": [], "stub": "", "mismatch": "", "warned": ""}
    for sent in (message if isinstance(message, dict) else {}, whole):
        for understand in (
            lambda sent: messages.unpacked_reply(sent, ("X",)),
            lambda sent: messages.unpacked_clues(sent, ("X",)),
        ):
            try:
                understand(sent)
            except InvalidMessage:
                pass


REPLIES = [
    Reply(values=(np.ones((2, 3)), np.float64(2)), packed=True, changed=("X",), warned="overflow"),
    Reply(values={"a": np.float64(1), "b": Oddity("a text")}, packed=True),
    Reply(values=(), crash=Crash("ValueError", "shapes", "line 3: `x`", "that is (2, 5) @ (2, 7)")),
    Reply(values=(np.bool_(True), np.float64(1)), packed=True),
    Reply(values=(), stub="to do"),
]


@pytest.mark.parametrize("reply", REPLIES, ids=range(len(REPLIES)))
def test_a_reply_survives(reply):
    back = messages.unpacked_reply(messages.packed_reply(reply), ("X", "Y"))
    assert repr(back) == repr(reply)


def test_clues_and_reports_survive():
    from answers import backward_propagation

    from backprop import evaluate

    reply = Reply(values=(np.float64(1),), crash=None)
    clues = Clues(
        reads=(("W1", ""), ("Y", "output_delta")),
        replaced=(("inputs", "X", reply),),
        changing_line="line 2: `X += 1`",
        reading_line="line 3, `y = X`, reads `X`",
        random=True,
        kept="the attribute `seen` of `f`",
        idle=True,
    )
    assert messages.unpacked_clues(messages.packed_clues(clues), ("X", "Y")) == clues
    wrong = evaluate("backward_propagation", lambda *given: backward_propagation(*given)[::-1])
    for report in (wrong, evaluate("backward_propagation", lambda X: X)):
        assert messages.unpacked_report(messages.packed_report(report)) == report


@pytest.mark.parametrize(
    "entry", [one for one in EXERCISES.values() if not one.manual], ids=lambda entry: entry.id
)
def test_the_cases_of_every_exercise_can_be_sent(entry):
    for case in entry.cases(np.random.default_rng(0)):
        back = messages.unpacked_arguments(messages.packed_arguments(case))
        assert in_words(back) == in_words(case) and len(back) == len(entry.parameters)


def in_words(arguments):
    """What the arguments say; of a random generator its state, since it prints its address."""
    said = (getattr(one, "bit_generator", None) for one in arguments)
    return [repr(bits.state if bits else one) for bits, one in zip(said, arguments)]


def test_an_argument_that_was_never_there_is_refused():
    reply = messages.packed_reply(Reply(values=(), changed=("everything",)))
    with pytest.raises(InvalidMessage, match="does not have"):
        messages.unpacked_reply(reply, ("X",))
