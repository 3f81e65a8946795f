"""The client of the service: what an engine can be asked, asked over HTTP."""

from photosearch.client.remote import Client

__all__ = ["Client"]
