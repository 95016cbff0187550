"""A refusal is an answer for a person; anything else is a bug."""

from __future__ import annotations


class Refusal(Exception):
    """Says to the person what cannot be done and which way leads on.

    `say` is already in the reader's language; `facts` go to the log, never to the screen.
    """

    status = 400

    def __init__(self, say: str, **facts: object) -> None:
        super().__init__(say)
        self.say = say
        self.facts = facts


class NotYours(Refusal):
    status = 403


class WrongState(Refusal):
    status = 409


class NotValid(Refusal):
    status = 422


class TooMany(Refusal):
    status = 429
