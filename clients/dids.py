#!/usr/bin/env python3
"""Lists every DID: number, status and owner, a line each.

    export DIDS_URL=http://127.0.0.1:3000/billing/api DIDS_USER=admin DIDS_KEY=secret
    python3 dids.py [pages|stream]

`stream` reads one long answer as it comes; `pages` asks for a thousand at a time.
Python 3.8 or newer, nothing to install.
"""

import hashlib
import http.client
import os
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen
from xml.etree import ElementTree

PAGE = 1000


class ApiError(Exception):
    """What the API says in <error>. Its HTTP status is nearly always 200."""


def ask(**parameters):
    """Calls the API. Told to wait, waits as long as told and tries again."""
    key = os.environ["DIDS_KEY"]
    signed = {
        "u": os.environ["DIDS_USER"],
        "hash": hashlib.sha1(key.encode()).hexdigest(),
        **parameters,
    }
    # In the body: a query would leave the hash, which is a password, in access logs.
    body = urlencode(signed).encode()
    for tries_left in range(4, -1, -1):
        try:
            return urlopen(os.environ["DIDS_URL"] + "/dids_get", body, timeout=60)
        except HTTPError as answer:
            if answer.code not in (429, 503) or not tries_left:
                return answer  # its body says why
            answer.close()
            time.sleep(int(answer.headers.get("Retry-After", 5)))


def dids(answer):
    """The DIDs of an answer while it comes in, each a dict.

    Raises before the end if the answer is aborted: what came until then is not
    the whole list.
    """
    with answer:
        listing = None
        for event, element in ElementTree.iterparse(answer, ("start", "end")):
            if event == "start":
                listing = element if element.tag == "dids" else listing
            elif element.tag == "error" and element.text != "No DIDs found":
                raise ApiError(element.text)
            elif element.tag == "did" and len(element):  # not the number, also <did>
                yield {child.tag: child.text or "" for child in element}
                listing.clear()  # what was read need not stay in memory


def stream():
    return dids(ask())


def pages():
    start = 1
    while True:
        page = list(dids(ask(**{"from": start, "max_results": PAGE})))
        yield from page
        if len(page) < PAGE:
            return
        start += PAGE


def main(how="pages"):
    for did in {"pages": pages, "stream": stream}[how]():
        # No <owner> stands there when a reseller holds the DID and no user does.
        print(did["did_number"], did["status"], did.get("owner", ""), sep="\t")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    missing = [name for name in ("DIDS_URL", "DIDS_USER", "DIDS_KEY") if not os.environ.get(name)]
    if missing:
        sys.exit(f"error: not set: {', '.join(missing)}")
    try:
        main(*sys.argv[1:])
    except (ApiError, OSError, http.client.HTTPException, ElementTree.ParseError) as error:
        sys.exit(f"error: {error or type(error).__name__}")
