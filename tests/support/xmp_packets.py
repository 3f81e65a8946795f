"""XMP packets with what a test wants in them."""

from __future__ import annotations

NAMESPACES = """xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
    xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"
    xmlns:MS="http://ns.microsoft.com/photo/1.0"
    xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" """


def packet(inside: str = "", attributes: str = "") -> bytes:
    """An XMP packet as a file holds it."""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" {NAMESPACES} {attributes}>{inside}</rdf:Description>
        </rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def words(name: str, *items: str, kind: str = "Bag") -> str:
    inside = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{inside}</rdf:{kind}></{name}>"
