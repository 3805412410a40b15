"""What is not there is skipped on a desk, fails in CI, and is told of at the end."""

import pytest
from required import not_tested, require


def test_what_is_there_is_no_reason_to_skip(monkeypatch):
    for value in ("", "0", "1"):
        monkeypatch.setenv("BACKPROP_REQUIRE_ALL", value)
        require(True, "is there")


def test_what_is_missing_is_skipped_on_a_desk_and_fails_in_ci(monkeypatch):
    monkeypatch.setenv("BACKPROP_REQUIRE_ALL", "0")
    with pytest.raises(pytest.skip.Exception, match=r"no server \(apt install postgresql\)$"):
        require(False, "no server (apt install postgresql)")
    monkeypatch.setenv("BACKPROP_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match=r"no server .*\(BACKPROP_REQUIRE_ALL is set\)"):
        require(False, "no server (apt install postgresql)")


def test_the_last_lines_name_what_was_left_out_and_one_command_that_brings_it():
    said = ["no server (apt install postgresql)", "no seal (apt install bubblewrap libseccomp2)"]
    lines = not_tested([*said, said[0], "only root can mount"])
    assert lines == [
        "not tested here (1): no seal (apt install bubblewrap libseccomp2)",
        "not tested here (2): no server (apt install postgresql)",
        "not tested here (1): only root can mount",
        "to test that too: apt install bubblewrap libseccomp2 postgresql",
    ]
    assert not_tested([]) == []
