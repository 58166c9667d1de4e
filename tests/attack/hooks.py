"""Lets schemathesis check XML answers against docs/openapi.yaml. By itself it
passes over them: of what XML has it does not know what is a number or a list."""

from xml.etree import ElementTree

import schemathesis

# What the document gives another type than string.
TYPES = {
    "ai_agent_compatible": {"true": True, "false": False}.__getitem__,
    "simultaneous_call_limit": lambda text: text if text == "Unlimited" else int(text),
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
