"""Questions that are asked at the same moment are answered by one look."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Together(Generic[Q, A]):
    """For what a hop looks up of each fact while it prepares them side by side: one statement instead of one a fact.

    `look` answers questions in their order. Nothing is remembered: whoever asks hears what is true after asking. When a
    look fails each question is asked alone, so that none fails for another one.
    """

    def __init__(self, look: Callable[[Sequence[Q]], Awaitable[Sequence[A]]]) -> None:
        self._look = look
        self._asked: list[tuple[Q, asyncio.Future[A]]] = []
        self._looks: set[asyncio.Task[None]] = set()

    async def ask(self, question: Q) -> A:
        """Raises what `look` raises."""
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._begin)  # whoever is to run in this turn of the loop has asked by then
        answer: asyncio.Future[A] = loop.create_future()
        self._asked.append((question, answer))
        return await answer

    def _begin(self) -> None:
        asked, self._asked = self._asked, []
        look = asyncio.get_running_loop().create_task(self._answer(asked))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _answer(self, asked: list[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            found = await self._look([question for question, _ in asked])
        except Exception as error:  # noqa: BLE001 - goes to whoever asked
            if len(asked) > 1:
                await asyncio.gather(*(self._answer([one]) for one in asked))
            elif not asked[0][1].done():
                asked[0][1].set_exception(error)
        else:
            for (_, answer), one in zip(asked, found, strict=True):
                if not answer.done():
                    answer.set_result(one)
        finally:
            for _, answer in asked:
                answer.cancel()  # of no effect once answered
