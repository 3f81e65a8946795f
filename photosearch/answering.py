"""Puts a query to the model that answers, or to the next one where that cannot be loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from photosearch.errors import ModelError
from photosearch.search import nothing_to_search
from photosearch.types import Answer, Query, Root

if TYPE_CHECKING:
    from photosearch.jobs import RightOfWay
    from photosearch.model_choice import ModelChoice
    from photosearch.open_model import OpenModels
    from photosearch.settings import Settings


class Answering:
    """Answers queries over the open models; searches have the right of way. For any thread."""

    def __init__(
        self,
        models: OpenModels,
        choice: ModelChoice,
        settings: Callable[[], Settings],
        right_of_way: RightOfWay,
        roots: Callable[[], tuple[Root, ...]],
    ) -> None:
        self._models = models
        self._choice = choice
        self._settings = settings
        self._right_of_way = right_of_way
        self._roots = roots

    def answer(self, query: Query) -> Answer:
        """The photos that answer a query, best first, and how many there are.

        Raises:
            QueryError: nothing is indexed for this model, or the query makes no sense.
            UnknownPhotoError: ``similar_to`` names a content that is not indexed.
            ModelError: the model cannot be loaded.
        """
        name = self._choice.answering() if query.model is None else query.model
        try:
            return self._answer_with(name, query)
        except ModelError as error:
            if query.model is not None:
                raise
            self._choice.failed(name, error)
            if (other := self._choice.answering()) == name:
                raise
            return self._answer_with(other, query)

    def _answer_with(self, name: str, query: Query) -> Answer:
        model = self._models.get(self._settings(), name)
        with self._right_of_way.claimed():
            searcher = model.searcher()
            if not len(searcher):
                raise nothing_to_search(self._roots(), model.encoder().spec.name)
            return searcher.answer(query)
