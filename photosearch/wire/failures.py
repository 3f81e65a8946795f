"""Errors as they travel: what kind, what happened, what to do; and back to the right class."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from photosearch import errors
from photosearch.wire.places import ShownText

_CLASSES: dict[str, type[errors.PhotoSearchError]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.PhotoSearchError)
}


class Error(BaseModel):
    """What went wrong, in words for a person, and as a word that programs can rely on."""

    model_config = ConfigDict(frozen=True)

    kind: Annotated[
        str,
        Field(
            description="The name of the error's class (`QueryError`, `UnknownPhotoError`, ...), "
            "or one of `Refused` (the request was not let in) and `bug` (our mistake)."
        ),
    ]
    message: Annotated[ShownText, Field(description="What happened, in one sentence.")]
    hint: Annotated[ShownText, Field(description="What to do next; may be empty.")] = ""

    @classmethod
    def of(cls, error: errors.PhotoSearchError) -> Self:
        """An error of ours, ready to be sent."""
        return cls(kind=type(error).__name__, message=error.message, hint=error.hint)

    def to_core(self) -> errors.PhotoSearchError:
        """The error that was sent; a kind that is none of our classes is a `ServiceError`."""
        return _CLASSES.get(self.kind, errors.ServiceError)(self.message, self.hint)


class ErrorBody(BaseModel):
    """The body of every answer that is an error."""

    error: Error
