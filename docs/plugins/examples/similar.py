#!/usr/bin/env python3
"""Prints the photos that look like those given, the best first: similar.py FILE...

Asks the local API, with nothing but Python's own library.
"""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import unquote_to_bytes

LIMIT = 20

# Starts the service where none runs, and tells in which file its address stands.
place = subprocess.run(["photosearch", "service", "address"], stdout=subprocess.PIPE, check=True)
service = json.loads(Path(os.fsdecode(place.stdout.removesuffix(b"\n"))).read_text())

# A place is a URI, percent-encoded byte by byte: so names that are no text arrive whole.
photos = [Path(name).absolute().as_uri() for name in sys.argv[1:]]
question = urllib.request.Request(
    service["url"] + "/v1/search",
    json.dumps({"uris": photos, "limit": LIMIT}).encode(),
    {"Authorization": "Bearer " + service["token"], "Content-Type": "application/json"},
)
with urllib.request.urlopen(question) as answer:
    hits = json.load(answer)["hits"]
for hit in hits:
    path = unquote_to_bytes(hit["uri"].removeprefix("file://"))
    sys.stdout.buffer.write(path + b"\n")
