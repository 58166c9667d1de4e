#!/usr/bin/env python3
"""Keeps a copy of every DID in step: what changed at each run, and the whole list once
a day, which alone tells of DIDs that are gone.

    export DIDS_URL=http://127.0.0.1:3000/billing/api DIDS_USER=admin DIDS_KEY=secret
    python3 sync.py dids.db [full]

The copy is an SQLite file with a table `dids`: id, did, and the DID as JSON. Run it as
often as you like, every minute say. A run that fails leaves the copy as it was.
Python 3.8 or newer, nothing to install.
"""

import hashlib
import http.client
import json
import os
import sqlite3
import sys
import time
from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PAGE = 1000
DAY = 24 * 60 * 60
# Changes are asked for again from this long before the newest that is known. A program may
# write a time and make it visible to others only minutes later; and where the server's zone
# repeats an hour in autumn, a change in the second one has an earlier time than those in the
# first.
OVERLAP = timedelta(minutes=70)


class ApiError(Exception):
    """What the API says in "error"."""


def ask(**parameters):
    """One page as JSON, and the cursor of the next. Told to wait, waits and tries again."""
    key = os.environ["DIDS_KEY"]
    signed = {
        "u": os.environ["DIDS_USER"],
        "hash": hashlib.sha1(key.encode()).hexdigest(),
        **parameters,
    }
    # In the body: a query would leave the hash, which is a password, in access logs.
    request = Request(os.environ["DIDS_URL"] + "/dids_get", urlencode(signed).encode())
    request.add_header("Accept", "application/json")
    for tries_left in range(4, -1, -1):
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)["dids"], answer.headers.get("X-Next-Cursor")
        except HTTPError as answer:
            with answer:
                if answer.code not in (429, 503) or not tries_left:
                    raise ApiError(json.load(answer)["error"]) from None
            time.sleep(int(answer.headers.get("Retry-After", 5)))


def walk(**filters):
    """Every DID that matches. One that stays in the list meanwhile comes exactly once."""
    place = {}
    while place is not None:
        page, cursor = ask(max_results=PAGE, **filters, **place)
        yield from page
        place = {"cursor": cursor} if cursor else None


def store(copy, dids):
    """Writes DIDs into the copy; says how many of them are new or differ."""
    changed = 0
    for did in dids:
        row = (did["id"], did["did"], json.dumps(did, sort_keys=True), did.get("updated_at"))
        known = copy.execute("SELECT value FROM dids WHERE id = ?", row[:1]).fetchone()
        if known != row[2:3]:
            copy.execute("REPLACE INTO dids VALUES (?, ?, ?, ?)", row)
            changed += 1
        copy.execute("INSERT OR IGNORE INTO seen VALUES (?)", row[:1])
    return changed


def newest(copy):
    """From when on to ask for changes: none where the copy is empty."""
    (text,) = copy.execute("SELECT max(updated_at) FROM dids").fetchone()
    if text is None:
        return None
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return (moment - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def sync(copy, full):
    since = newest(copy)
    copy.execute("CREATE TEMP TABLE seen (id INTEGER PRIMARY KEY)")
    (last,) = copy.execute("SELECT max(at) FROM full_lists").fetchone()
    now = time.time()
    # Without a known change there is nothing to go on from.
    full = full or since is None or last is None or not last <= now < last + DAY
    changed = gone = 0
    if full:
        changed = store(copy, walk())
    # Behind the whole list too: a DID whose number changed meanwhile may have moved to
    # where the walk had been.
    if since is not None:
        changed += store(copy, walk(search_updated_since=since))
    if full:
        gone = copy.execute("DELETE FROM dids WHERE id NOT IN (SELECT id FROM seen)").rowcount
        copy.execute("DELETE FROM full_lists")
        copy.execute("INSERT INTO full_lists VALUES (?)", (now,))
    return changed, gone


def main(file, how=""):
    copy = sqlite3.connect(file)
    with copy:
        copy.execute(
            "CREATE TABLE IF NOT EXISTS dids (id INTEGER PRIMARY KEY, did TEXT, value TEXT, updated_at TEXT)"
        )
        copy.execute("CREATE TABLE IF NOT EXISTS full_lists (at REAL)")
    with copy:  # all of it or nothing
        copy.execute("BEGIN IMMEDIATE")
        changed, gone = sync(copy, how == "full")
    (count,) = copy.execute("SELECT count(*) FROM dids").fetchone()
    print(f"{count} DIDs, {changed} new or changed, {gone} gone")


if __name__ == "__main__":
    missing = [name for name in ("DIDS_URL", "DIDS_USER", "DIDS_KEY") if not os.environ.get(name)]
    if missing:
        sys.exit(f"error: not set: {', '.join(missing)}")
    try:
        main(*sys.argv[1:])
    except sqlite3.Error as error:
        sys.exit(f"error: {sys.argv[1]}: {error}")
    except (ApiError, OSError, http.client.HTTPException, ValueError) as error:
        sys.exit(f"error: {error or type(error).__name__}")
