"""Questions asked at once share a look, and nothing else: no answer is kept, no failure is another one's."""

import asyncio
from collections.abc import Sequence

import pytest

from mesh.together import Together


class Books:
    """What is looked at; `truth` changes, and a negative number cannot be asked about."""

    def __init__(self) -> None:
        self.truth = 0
        self.looks: list[list[int]] = []

    async def look(self, numbers: Sequence[int]) -> list[int]:
        self.looks.append(list(numbers))
        await asyncio.sleep(0)
        if min(numbers) < 0:
            raise ValueError(f"{min(numbers)} is no number")
        return [number + self.truth for number in numbers]


async def test_who_asks_at_the_same_moment_shares_a_look_and_gets_the_own_answer() -> None:
    books = Books()
    together = Together(books.look)
    assert await asyncio.gather(*map(together.ask, range(5))) == [0, 1, 2, 3, 4]
    assert books.looks == [[0, 1, 2, 3, 4]]


async def test_what_changed_meanwhile_is_what_the_next_one_hears() -> None:
    books = Books()
    together = Together(books.look)
    assert await together.ask(1) == 1
    books.truth = 10
    assert await together.ask(1) == 11


async def test_whoever_asks_during_a_look_has_another_one() -> None:
    books = Books()
    together = Together(books.look)
    first = asyncio.create_task(together.ask(1))
    while not books.looks:  # noqa: ASYNC110 -- the look itself is what is waited for
        await asyncio.sleep(0)
    books.truth = 10
    assert await together.ask(2) == 12
    await first
    assert len(books.looks) == 2


async def test_a_question_that_cannot_be_answered_fails_alone() -> None:
    together = Together(Books().look)
    one, bad, two = await asyncio.gather(*map(together.ask, (1, -1, 2)), return_exceptions=True)
    assert (one, two) == (1, 2)
    assert isinstance(bad, ValueError)


async def test_who_does_not_wait_any_more_takes_nobody_along() -> None:
    together = Together(Books().look)
    impatient, patient = (asyncio.create_task(together.ask(number)) for number in (1, 2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 2
    with pytest.raises(asyncio.CancelledError):
        await impatient
