"""The verdict on every answer of the bank is the same where Python runs in a browser."""

import pytest
from bank_in_page import verdicts
from in_page import runtime_of_site, told_in_page

# What a page has not, and an answer needs.
DIFFERENT = {
    "backward_propagation-in_threads": "a page starts no threads",
    "sigmoid-sigmoid_float128": "there a long double has the range of a double: it overflows",
    "backward_propagation-huge_broadcast_view": "an array of 2**32 entries cannot be addressed",
}


@pytest.mark.long
def test_every_answer_of_the_bank_gets_the_same_verdict_in_a_page(tmp_path):
    there = told_in_page(runtime_of_site(tmp_path / "pyodide"), "bank_in_page.py", "verdicts")
    here = verdicts()
    assert len(there) == len(here) > 1000
    different = {one[0] for one, other in zip(here, there) if one != other}
    assert different == set(DIFFERENT)


def test_in_a_page_a_check_takes_100_ms_of_cpu_time_and_what_never_ends_is_stopped(tmp_path):
    runtime = runtime_of_site(tmp_path / "pyodide")
    took, codes, seconds = told_in_page(runtime, "bank_in_page.py", "times")
    assert took < 100
    assert codes == [["no-end"]] * 3
    assert 0.9 <= seconds < 300
