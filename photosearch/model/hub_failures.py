"""What went wrong with a download, in words for a person, with what to do about it."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from urllib.parse import urlsplit

from photosearch.errors import ModelError

_KEPT = "What has come is kept: the next try goes on from there."


@dataclass(frozen=True, slots=True)
class Asked:
    """What was being asked for when something went wrong.

    Attributes:
        endpoint: the address of the hub.
        repository: ORGANISATION/NAME.
        file: the name of the file there.
        timeout_s: how long an answer was waited for.
    """

    endpoint: str
    repository: str
    file: str
    timeout_s: float

    @property
    def hub(self) -> str:
        """The hub's name, for a sentence."""
        return urlsplit(self.endpoint).netloc or self.endpoint

    @property
    def by_hand(self) -> str:
        """How to get the model where this machine reaches no hub."""
        return (
            f"Or, on a machine that is connected, fetch the files of {self.endpoint}/"
            f"{self.repository} into a folder (open_clip_config.json, open_clip_model.safetensors "
            "and the tokenizer's, if it has one), carry it here, and run: "
            "photosearch models add FOLDER"
        )


def failure_of(error: Exception, asked: Asked) -> ModelError:
    """The sentence for an error of the network, of the hub's answer, or of the disk."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    if isinstance(error, OfflineModeIsEnabled):
        return ModelError(
            f"{asked.repository} is not downloaded: HF_HUB_OFFLINE forbids the network.",
            f"Unset HF_HUB_OFFLINE and try again. {asked.by_hand}",
        )
    if isinstance(error, HfHubHTTPError):
        return _refusal(error, asked)
    kinds = {kind.__name__ for kind in type(error).__mro__}  # httpx, or what took its place
    if "TimeoutException" in kinds:
        return ModelError(
            f"{asked.hub} sent nothing of {asked.file} for {asked.timeout_s:.0f} seconds.",
            f"Try again later. {_KEPT}",
        )
    if "ProxyError" in kinds:
        return ModelError(
            f"The proxy on the way to {asked.hub} refuses: {error}.",
            f"Check HTTPS_PROXY and HTTP_PROXY, and try again. {asked.by_hand}",
        )
    if "ConnectError" in kinds:
        return ModelError(
            f"{asked.hub} cannot be reached: {error}.",
            f"Connect this machine to the network and try again. {asked.by_hand}",
        )
    if "HTTPError" in kinds or isinstance(error, ConnectionError):
        return ModelError(
            f"The connection to {asked.hub} broke off while {asked.file} came: {error}.",
            f"Try again. {_KEPT}",
        )
    if isinstance(error, OSError):
        return _disk(error, asked)
    return ModelError(
        f"{asked.hub} says nothing that can be used of {asked.file}: {error}.",
        "Check that HF_ENDPOINT, if it is set, is the address of a model hub.",
    )


def _refusal(error: Exception, asked: Asked) -> ModelError:
    """The sentence for a status of 400 and more."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    response = getattr(error, "response", None)
    status = getattr(response, "status_code", 0)
    whole = f"{asked.repository}/{asked.file}"
    if isinstance(error, GatedRepoError) or status == 403:
        return ModelError(
            f"{asked.hub} gives {asked.repository} only to those who accepted its terms.",
            f"Accept them at {asked.endpoint}/{asked.repository}, then set HF_TOKEN to a token "
            "of that account and try again.",
        )
    if isinstance(error, RepositoryNotFoundError):
        return ModelError(
            f"{asked.hub} has no repository {asked.repository} that this machine may see.",
            "If it is a private one, set HF_TOKEN to a token of an account that may see it.",
        )
    if status == 401:
        return ModelError(
            f"{asked.hub} does not accept the token for {asked.repository}.",
            "Mend or unset HF_TOKEN, and try again.",
        )
    if status == 404:
        return ModelError(
            f"{asked.hub} has no {whole}.",
            "If HF_ENDPOINT names a mirror, it may lack this model: unset it and try again.",
        )
    if status == 429:
        return ModelError(f"{asked.hub} is asked too often from here.", f"Wait a while. {_KEPT}")
    if status >= 500:
        return ModelError(
            f"{asked.hub} has a fault (status {status}) and does not send {whole}.",
            f"Try again later. {_KEPT}",
        )
    return ModelError(f"{asked.hub} refuses {whole} (status {status}).", "Try again later.")


def _disk(error: OSError, asked: Asked) -> ModelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(
            f"The disk is full: {asked.file} of {asked.repository} does not fit.",
            f"Make room and try again, or move the folder with HF_HOME. {_KEPT}",
        )
    return ModelError(
        f"{asked.file} of {asked.repository} cannot be written: {error}.",
        "Check the folder's permissions, or name another one with HF_HOME.",
    )
