"""Work that threads share comes back in the order of rows, and a fault in it is raised when all of it has ended."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core import blocks


@given(size=st.integers(0, 20 * blocks.BLOCK), threads=st.integers(1, 4))
def test_every_row_is_worked_on_once_and_results_are_in_their_order(size, threads):
    spans = blocks.run(lambda start, stop: (start, stop), size, threads)
    assert [row for start, stop in spans for row in (start, stop)] == sorted(row for span in spans for row in span)
    assert sum(stop - start for start, stop in spans) == size
    assert all(start % blocks.BLOCK == 0 for start, _ in spans)


@given(count=st.integers(0, 100), threads=st.integers(1, 4))
def test_every_item_is_worked_on_once(count, threads):
    done = []
    blocks.over(lambda start, stop: done.extend(range(start, stop)), count, threads)
    assert sorted(done) == list(range(count))


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("faulty", [0, 5, 10])
def test_a_fault_of_any_span_is_raised_and_the_others_are_done(threads, faulty):
    done, lock = [], threading.Lock()

    def work(start, stop):
        with lock:
            done.append(start)
        if start <= faulty * blocks.BLOCK < stop:
            raise ArithmeticError("no")

    with pytest.raises(ArithmeticError, match="no"):
        blocks.run(work, 16 * blocks.BLOCK, threads)
    before = list(done)
    assert blocks.run(lambda start, stop: stop - start, 16 * blocks.BLOCK, threads)
    assert done == before  # nothing of it is under way any more
