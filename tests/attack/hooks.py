"""Lets schemathesis check XML answers against docs/openapi.yaml. By itself it
passes over them: of what XML has it does not know what is a number or a list.
And lets it know two refusals that no schema can express: of a made-up cursor, and of
a whole number that JSON writes with a fraction, since numbers count as written."""

from xml.etree import ElementTree

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

# What the document gives another type than string.
TYPES = {
    "ai_agent_compatible": {"true": True, "false": False}.__getitem__,
    "id": int,
    "device_id": int,
    "user_id": int,
}


@schemathesis.deserializer("text/xml")
def page(_context, response):
    # The checks see all of an answer. What is noted of it is cut after a megabyte.
    if response.is_truncated:
        return None
    root = ElementTree.fromstring(response.content)
    if root.tag != "page":
        raise ValueError(f"the root is {root.tag}")
    return {child.tag: dids(child) if child.tag == "dids" else text(child) for child in once(root)}


def dids(element):
    if any(child.tag != "did" for child in element):
        raise ValueError("a list has other elements than <did>")
    return [{it.tag: TYPES.get(it.tag, str)(text(it)) for it in once(did)} for did in element]


def once(element):
    """The elements within, each of which may occur once and is without attributes."""
    names = {child.tag for child in element}
    if len(names) < len(element) or any(child.attrib for child in element):
        raise ValueError(f"{element.tag}: one occurs twice, or has attributes")
    return element


def text(element):
    if len(element):
        raise ValueError(f"{element.tag} is no text")
    return element.text or ""


@schemathesis.check
def accepted_but_for_what_no_schema_tells(ctx, response, case):
    """What `positive_data_acceptance` says, which is left out by name."""
    sent = [part for part in (case.query, case.body) if isinstance(part, dict)]
    has_cursor = any("cursor" in part for part in sent)
    has_fraction = any(isinstance(value, float) for part in sent for value in part.values())
    for text, may_be in [(b"Invalid cursor", has_cursor), (b"Not a whole number", has_fraction)]:
        if response.status_code == 400 and text in response.content and may_be:
            return None
    return positive_data_acceptance(ctx, response, case)
