"""The HTTP API's bodies as pydantic models, each with its way from our dataclasses and back."""

from photosearch.wire.failures import Error, ErrorBody
from photosearch.wire.library import (
    About,
    AddRoot,
    Model,
    Models,
    ModelStatus,
    Removed,
    Root,
    Roots,
    RootStatus,
    Setting,
    Settings,
    SettingsChange,
    Skipped,
    SkippedPage,
    Status,
)
from photosearch.wire.photos import (
    Hit,
    PhotoFacts,
    PhotoFile,
    PhotoRecord,
    SearchAnswer,
    SearchRequest,
    image_search_params,
)
from photosearch.wire.places import path_of, pattern_from_wire, pattern_on_wire, text_of, uri_of
from photosearch.wire.progress import (
    Activity,
    Event,
    IndexReport,
    IndexRequest,
    Job,
    Notice,
    Progress,
)

API_VERSION = 1
"""The N of /vN: raised when a program written for the old one would no longer work."""

__all__ = [
    "API_VERSION",
    "About",
    "Activity",
    "AddRoot",
    "Error",
    "ErrorBody",
    "Event",
    "Hit",
    "IndexReport",
    "IndexRequest",
    "Job",
    "Model",
    "ModelStatus",
    "Models",
    "Notice",
    "PhotoFacts",
    "PhotoFile",
    "PhotoRecord",
    "Progress",
    "Removed",
    "Root",
    "RootStatus",
    "Roots",
    "SearchAnswer",
    "SearchRequest",
    "Setting",
    "Settings",
    "SettingsChange",
    "Skipped",
    "SkippedPage",
    "Status",
    "image_search_params",
    "path_of",
    "pattern_from_wire",
    "pattern_on_wire",
    "text_of",
    "uri_of",
]
