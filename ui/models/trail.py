"""The way through the questions of one sitting: back to the one before, and forward again."""

from __future__ import annotations

from ui.models.question import Question

STEPS_MAX = 100
"""A question may hold a pasted picture, and a window stays open for weeks."""


class Trail:
    """Questions that were settled, in order, and the place among them; at first nothing is asked.

    What is only being typed is not on it until it is settled.
    """

    def __init__(self) -> None:
        self._steps = [Question()]
        self._at = 0

    @property
    def here(self) -> Question:
        """The question at the place."""
        return self._steps[self._at]

    def settle(self, question: Question) -> None:
        """Make a question the newest step, after the place; what was forward of it is forgotten."""
        if question == self.here:
            return
        del self._steps[self._at + 1 :]
        self._steps = [*self._steps, question][-STEPS_MAX:]
        self._at = len(self._steps) - 1

    @property
    def can_go_back(self) -> bool:
        """Whether there is a step before the place."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a step after the place."""
        return self._at < len(self._steps) - 1

    def back(self) -> Question:
        """Go one step back; the question there."""
        self._at = max(self._at - 1, 0)
        return self.here

    def forward(self) -> Question:
        """Go one step forward; the question there."""
        self._at = min(self._at + 1, len(self._steps) - 1)
        return self.here
