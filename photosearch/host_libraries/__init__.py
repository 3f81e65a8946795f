"""What other photo programs know: their folders, and the ratings, tags and captions in them."""

from photosearch.host_libraries.known import (
    HOST_LIBRARIES,
    host_folders,
    host_libraries,
    own_host_libraries,
)
from photosearch.host_libraries.library import HostLibrary

__all__ = [
    "HOST_LIBRARIES",
    "HostLibrary",
    "host_folders",
    "host_libraries",
    "own_host_libraries",
]
