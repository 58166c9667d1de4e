#!/usr/bin/env python3
"""Compares two servers of the API: does dids_get answer as my MOR does?

    export DIDS_MOR_URL=https://mor.example.com/billing/api DIDS_URL=http://127.0.0.1:3000/billing/api
    export DIDS_USER=admin DIDS_KEY=secret
    python3 compare.py [--callers FILE] [--send body|query|get] [--show] [--json] [QUERY ...]

It sends about eighty calls to both, one at a time, and only reads. FILE has a caller of each
role: {"admin": {"user": "admin", "key": "..."}, "reseller": {...}}. A QUERY is one more call,
as search_dialplan=12: ids of dial plans and providers cannot be seen in a list.

Keys and hashes are never shown; numbers, names and comments only with --show. The exit status
is 0 for the same, 1 for differences, 2 for what could not be compared. A row that was changed
between the two reads shows as a difference: run it again. Rows wait in a temporary file without
a name, so memory stays flat. Python 3.8 or newer, nothing to install.
"""

import argparse
import codecs
import hashlib
import http.client
import json
import os
import re
import socket
import sqlite3
import sys
import threading
import time
from collections import namedtuple
from contextlib import closing
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.parsers import expat

# What explains a difference: decisions of docs/conformance.md, or a rule of docs/api.md.
WHY = {
    "D9": "errors of the API have HTTP status 200, refusals before it 400 to 415",
    "D10": "characters that XML forbids become U+FFFD, CR is kept",
    "D12": "did_status occurs once; reserved_for_user_till is for closed, user_id for an owner",
    "D13": "names: first and last, else the user name, else empty",
    "D14": "a missing row of another table gives an empty text",
    "D15": "times are UTC; a zero date is absent, a past one is not",
    "D17": "with % or _ the value is a pattern for the whole text",
    "D18": "an empty search_language finds DIDs without a language",
    "D19": "an id that is no whole number finds nothing",
    "D20": "order: by number, then by id",
    "D21": "0 and less count as not set",
    "D24": "the comment is the reseller's own for a reseller and its users; NULL is absent",
    "D25": "what looks like a filter and is not understood is refused",
    "D27": "'all' is not set, but for the two texts",
    "D28": "a + before a number is taken off",
    "XML_API_Extension": "MOR's setting chooses text/html or text/xml",
    "api.md": "the table of elements in docs/api.md says so",
}
REFUSED = ("Unknown parameter ", "Not a whole number: ", "Invalid value of ")
# The errors that both servers may say, which hold nothing of anybody's data.
KNOWN_ERRORS = {
    "API Requests are disabled", "GET Requests are disabled", "Access Denied", "Incorrect hash",
    "API must have Secret Key", "API method not permitted: dids_get", "There is no such API",
    "You are not authorized to manage DIDs", "No DIDs found",
}  # fmt: skip
# With these nothing can be compared: the caller is not known.
UNKNOWN_CALLER = ("Incorrect hash", "Access Denied", "API must have Secret Key")
TIMES = ("updated_at", "reserved_for_user_till")
NEWER = ("ai_agent_compatible", "routes_to_openai_project_id", "updated_at")
STATUSES = ("free", "reserved", "active", "closed", "terminated")
# Elements whose values are searched.
SAMPLES = ("did_number", "did_status", "owner", "user_id", "device_id", "language")
FILTERS = (
    "search_did_number", "search_status", "search_did_owner", "search_dialplan", "search_user",
    "search_device", "search_provider", "search_language", "search_hide_terminated_dids",
)  # fmt: skip
EMPTY = {"no rows and no error", "No DIDs found"}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
# More than these is no list of DIDs.
MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT, MAX_TOKEN = 8, 200, 1 << 16, 1 << 20
TRIES = 4

Caller = namedtuple("Caller", "label user key")
# `by` is the decision that lets rows or errors differ; `finds` says that rows should come.
Call = namedtuple("Call", "name parameters by finds how", defaults=(None, False, ""))


class Unusable(Exception):
    """What was given by the operator cannot be used."""


class Broken(Exception):
    """An answer that did not come whole, or may not be read. Its text is ours."""


class NoList(Exception):
    """An answer that came and is no XML of this API."""


class Reader:
    """Reads XML while it comes: rows as lists of (name, text), and the error's text."""

    def __init__(self):
        self.path, self.row, self.pieces, self.rows = [], [], [], []
        self.error, self.shapes, self.notes = None, set(), set()
        self.leaf, self.size, self.quiet = False, 0, 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.decode = codecs.getincrementaldecoder("utf-8")("strict").decode

    def feed(self, data, last=False):
        kept = data.translate(None, CONTROLS)
        if len(kept) < len(data):
            self.notes.add("control characters")
        try:
            text = self.decode(kept, last)
        except UnicodeDecodeError:
            self.notes.add("broken UTF-8")
            self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
            text = self.decode(kept, last)
        self.quiet += len(data)
        try:
            self.parser.Parse(text, last)
        except expat.ExpatError:
            raise Broken("the XML ended early") if last else NoList("no well-formed XML") from None
        if self.quiet > MAX_TOKEN:
            raise NoList("a tag or comment without end")
        rows, self.rows = self.rows, []
        return rows

    def start(self, name, attributes):
        self.path.append(name)
        self.pieces, self.leaf, self.size, self.quiet = [], True, 0, 0
        if attributes:
            self.notes.add("attributes")
        if self.path[0] == "html":
            raise NoList("an HTML page")
        if len(self.path) > MAX_DEPTH or len(self.row) > MAX_ELEMENTS:
            raise NoList("elements without end")

    def end(self, name):
        text, depth, self.quiet = "".join(self.pieces), len(self.path), 0
        if self.leaf and depth > 3:
            self.row.append(("/".join(self.path[3:]), text))
        elif self.leaf and name == "error":
            self.error = text.strip()
            self.shapes.add("/".join(self.path))
        elif depth == 3 and self.row:
            self.rows.append(self.row)
            self.shapes.add("/".join(self.path))
            self.row = []
        self.path.pop()
        self.leaf = False

    def text(self, data):
        self.size, self.quiet = self.size + len(data), 0
        if self.size > MAX_TEXT:
            raise NoList("a text without end")
        self.pieces.append(data)

    def doctype(self, *_):
        raise NoList("an HTML page, or another with a document type")


class Answer:
    """One server's answer to one call."""

    def __init__(self, base, caller, call, options):
        self.request = request(base, caller, call, options.send)
        self.base, self.timeout = base, options.timeout
        self.status, self.type, self.count, self.waited, self.problem = 0, "", 0, 0.0, None
        self.reader = Reader()

    def rows(self):
        """Its rows, while they come. Raises Broken where that is not the whole answer."""
        ends, is_late = time.monotonic() + self.timeout, threading.Event()
        try:
            for tries_left in range(TRIES, -1, -1):
                wait = yield from self.once(ends, is_late)
                if wait is None:
                    return
                if not tries_left or time.monotonic() + wait > ends:
                    raise Broken(f"HTTP {self.status} each time")
                time.sleep(wait)
        except NoList as problem:
            self.problem = str(problem)
        except (Broken, OSError, http.client.HTTPException, ValueError) as error:
            if is_late.is_set() or isinstance(error, socket.timeout):
                raise Broken(f"it took more than {self.timeout:g} s") from None
            if isinstance(error, Broken):
                raise
            # The text of a library may hold the request.
            reason = isinstance(error, OSError) and error.strerror or type(error).__name__
            raise Broken(reason) from None

    def once(self, ends, is_late):
        """Asks once. Gives the seconds to wait where the server says to come again."""
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        left = max(ends - time.monotonic(), 0.01)
        connection = kinds[self.base.scheme](self.base.hostname, self.base.port, timeout=left)
        with closing(connection):
            self.reader, began = Reader(), time.monotonic()
            connection.connect()
            timer = threading.Timer(left, cut, (connection.sock, is_late))
            timer.daemon = True
            timer.start()
            try:
                # Nothing here follows a redirect: it would show the hash to another server.
                connection.request(*self.request)
                with connection.getresponse() as response:
                    self.waited += time.monotonic() - began
                    self.status = response.status
                    self.type = response.getheader("Content-Type", "").lower().replace(" ", "")
                    if response.status in (429, 503):
                        return retry_after(response.getheader("Retry-After", ""))
                    if 300 <= response.status < 400:
                        raise Broken(f"a redirect (HTTP {self.status}): put the address it leads to into the URL")
                    if response.getheader("Content-Encoding", "identity").lower() != "identity":
                        raise Broken("a compressed answer, which was not asked for")
                    yield from self.read(response)
            finally:
                timer.cancel()

    def read(self, response):
        data = True
        while data:
            began = time.monotonic()
            data = response.read1(1 << 16)
            self.waited += time.monotonic() - began
            if not data and response.length:
                raise Broken("the transfer ended early")
            for row in self.reader.feed(data, not data):
                self.count += 1
                yield row

    def outcome(self):
        """What kind of answer it is, without a word of anybody's data."""
        error = self.reader.error
        if self.problem:
            return f"HTTP {self.status}, {self.problem}"
        if error is None:
            return "a list" if self.count else "no rows and no error"
        if error in KNOWN_ERRORS:
            return error
        known = [start for start in REFUSED if error.startswith(start)]
        return known[0].strip(" :") if known else "another error"


def request(base, caller, call, send):
    """Method, target, body and headers of a call."""
    digest = "0" * 40 if call.how == "wrong hash" else sha1(caller.key)
    user = "no-such-user-7b3f" if call.how == "unknown user" else caller.user
    path = base.path.rstrip("/") + ("/dids_get" if call.how == "path" else "/")
    action = [] if call.how in ("path", "no action") else [("action", "dids_get")]
    signed = [("u", user), ("hash", digest), *call.parameters]
    # A proxy sees the action in the query. The hash stays out of logs in a body.
    query = urlencode(action if send == "body" else action + signed)
    target = path + "?" + query if query else path
    headers = {"Accept": "*/*", "User-Agent": "dids-compare"}
    if send != "body":
        return send.replace("query", "post").upper(), target, None, headers
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return "POST", target, urlencode(signed), headers


def cut(sock, is_late):
    is_late.set()
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is closed already


def retry_after(text):
    return min(int(text), 60) if text.isascii() and text.isdigit() and len(text) < 9 else 5


# Differences between two rows.


def by_name(row):
    names = {}
    for name, text in row:
        names.setdefault(name, []).append(text)
    return names


def differences(theirs, mine):
    """How MOR's row and ours differ: (kind, element, decision, MOR's text, our text)."""
    a, b = by_name(theirs), by_name(mine)
    for name in {**a, **b}:
        texts, own = a.get(name, []), b.get(name, [])
        if texts == own:
            continue
        by = explained(name, texts, own, a, b)
        if not own or not texts:
            kind = "in MOR alone" if texts else "in dids_get alone"
        elif len(texts) != len(own) and set(own) & set(texts):
            kind = f"{len(texts)} in MOR, {len(own)} in dids_get"
        else:
            kind = "another value"
        yield kind, name, by, " / ".join(texts), " / ".join(own)
    if [name for name in a if name in b] != [name for name in b if name in a]:
        yield "order of elements", "", "api.md", " ".join(a), " ".join(b)


def explained(name, texts, own, a, b):
    """The decision by which this element differs; None where there is none."""
    text, mine = (texts or [""])[0], (own or [""])[0]
    status = b.get("did_status", [""])[0]
    is_admin = "provider" in b
    label = status[:1].upper() + status[1:]
    both, alone = bool(texts and own), bool(texts) and not own
    rules = [
        (name == "did_status" and len(texts) > len(own) == 1 and mine in texts, "D12"),
        (name == "reserved_for_user_till" and alone and status != "closed", "D12"),
        (name == "user_id" and alone and "owner" not in b, "D12"),
        (name in ("device_id", "user_id") and alone and re.fullmatch(r"-\d+|0|", text), "api.md"),
        (name in TIMES and both and is_same_time(text, mine), "D15"),
        (name in TIMES and alone and moment(text) is None, "D15"),
        (name == TIMES[1] and not texts and is_past(mine), "D15"),
        (name in ("owner", "reseller") and both and is_same_name(text, mine), "D13"),
        # `status` is only what did_status is, for people.
        (name == "status" and status in a.get("did_status", []) and mine == label, "api.md"),
        (name == "comment" and (not is_admin or text == mine == ""), "D24"),
        (name == "simultaneous_call_limit" and {text, mine} <= {"0", "", "Unlimited"}, "api.md"),
        (name in ("provider", "reseller", "dial_plan", "tone_zone") and alone and not is_admin, "api.md"),
        (name in NEWER and not both, "api.md"),
        (name in ("provider", "device", "dial_plan", "owner") and mine == "" and not texts, "D14"),
        (text == mine == "" and not both, "api.md"),
        (both and re.search("[\r\ufffd]", mine) and tidy(text) == tidy(mine), "D10"),
    ]
    return next((by for holds, by in rules if holds), None)


def is_same_name(text, mine):
    words, own = set(text.split()), set(mine.split())
    return words <= own or own <= words


def is_same_time(text, mine):
    """The same moment, otherwise written or in another zone."""
    times = [moment(text), moment(mine)]
    if None in times:
        return False
    apart = abs(times[0] - times[1])
    return apart <= timedelta(hours=14) and apart % timedelta(minutes=15) == timedelta()


def is_past(text):
    time_ = moment(text)
    return time_ is not None and time_ < datetime.now(timezone.utc)


def moment(text):
    text = re.sub(r"\.\d+", "", text).replace("T", " ").replace(" UTC", "Z").replace(" +", "+")
    for form in ("%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S"):
        try:
            time_ = datetime.strptime(text, form)
            return time_ if time_.tzinfo else time_.replace(tzinfo=timezone.utc)
        except ValueError:
            pass
    return None


def tidy(text):
    return re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f?*\ufffd]", "", text.replace("\r\n", "\n").replace("\r", "\n"))


class Rows:
    """MOR's rows of one call, on disk, to be found by id or number."""

    def __init__(self):
        self.file = sqlite3.connect("", isolation_level=None)
        self.file.execute("PRAGMA journal_mode = OFF")
        self.file.execute(
            "CREATE TABLE rows (place INTEGER PRIMARY KEY, id TEXT, did TEXT, row TEXT, met INT DEFAULT 0)"
        )
        self.file.execute("CREATE INDEX by_id ON rows (id)")
        self.file.execute("CREATE INDEX by_did ON rows (did)")

    def clear(self):
        self.file.execute("DELETE FROM rows")

    def add(self, row):
        self.file.execute("INSERT INTO rows (id, did, row) VALUES (?, ?, ?)", (*key_of(row), json.dumps(row)))

    def take(self, row):
        """Place and content of MOR's row for one of ours; 0 where there is none, -1 where none is left."""
        id_, did = key_of(row)
        ways = [("did = ?" if id_ is None else "did = ? AND id IS NULL", did)]
        if id_ is not None:
            ways.insert(0, ("id = ?", id_))
        is_known = False
        for where, key in ways:
            best = f"SELECT place, met, row FROM rows WHERE {where} ORDER BY met, place LIMIT 1"
            for place, is_met, text in self.file.execute(best, (key,)).fetchall():
                is_known = True
                if not is_met:
                    self.file.execute("UPDATE rows SET met = 1 WHERE place = ?", (place,))
                    return place, [tuple(it) for it in json.loads(text)]
        return (-1 if is_known else 0), None

    def left(self):
        """The rows that were not taken, and whether another of the same id was there."""
        twice = "EXISTS (SELECT 1 FROM rows o WHERE o.place <> r.place AND o.id = r.id)"
        return self.file.execute(f"SELECT id, did, {twice} FROM rows r WHERE NOT met")


def key_of(row):
    names = dict(reversed(row))
    return names.get("id"), names.get("did_number", names.get("did"))


# What is asked.


def calls(seen, count, limit, is_first):
    """The calls to compare behind the whole list, with values that stand in it."""
    first = lambda name, most=1: seen.get(name, [])[:most]
    for number in first("did_number"):
        yield Call("search_did_number: whole", [("search_did_number", number)], finds=True)
        yield Call("search_did_number: a part", [("search_did_number", number[1:-1][:4] or number)], finds=True)
        yield Call("search_did_number: NUMBER%", [("search_did_number", number[:5] + "%")], "D17", True)
        yield Call("search_did_number: NUMBE_", [("search_did_number", number[:-1] + "_")], "D17", True)
        yield Call("search_did_number: +NUMBER", [("search_did_number", "+" + number)], "D28")
        yield from swapped("search_did_number", number)
    yield from others("search_did_number", "000000000000000")
    for status in first("did_status", 8):
        name = status if status in STATUSES else "another"
        yield Call(f"search_status: {name}", [("search_status", status)], finds=True)
    for status in first("did_status"):
        yield from swapped("search_status", status)
    yield from others("search_status", "none-of-these")
    for owner in first("owner"):
        yield Call("search_did_owner: whole", [("search_did_owner", owner)], finds=True)
        yield Call("search_did_owner: a part", [("search_did_owner", owner[1:5] or owner)], finds=True)
        yield Call("search_did_owner: NAME%", [("search_did_owner", owner[:2] + "%")], "D17", True)
        yield from swapped("search_did_owner", owner)
    yield from others("search_did_owner", "none of these")
    for name, values in (
        ("search_dialplan", ["1", "2", "3"]),
        ("search_user", first("user_id", 2)),
        ("search_device", first("device_id", 2)),
        ("search_provider", ["1", "2", "3"]),
    ):
        for nth, value in enumerate(values, 1):
            yield Call(f"{name}: an id ({nth})", [(name, value)], finds=True)
        yield Call(f"{name}: no number", [(name, "x")], "D19")
        yield from others(name, "999999999")
    for language in first("language", 2):
        yield Call("search_language: one", [("search_language", language)], finds=True)
    for language in first("language"):
        yield from swapped("search_language", language)
    yield from others("search_language", "none")
    for value in ("1", "0", "", "all"):
        name = f"search_hide_terminated_dids: {value or 'empty'}"
        yield Call(name, [("search_hide_terminated_dids", value)], "D25" if value == "all" else None, True)
    for status in first("did_status"):
        yield Call("two filters", [("search_status", status), ("search_hide_terminated_dids", "1")], finds=True)
    size = max(1, min(25, count // 3))
    for start in (1, size + 1, 2 * size + 1, max(1, count - size // 2)):
        yield Call(f"from={start}", [("from", start), ("max_results", size)], finds=True)
    yield Call("from: beyond the end", [("from", count + 1), ("max_results", size)])
    for name, value, by in (
        ("from", "0", "D21"), ("from", "-1", "D21"), ("from", "x", "D25"),
        ("max_results", "0", "D21"), ("max_results", "-1", "D21"), ("max_results", "1.5", "D25"),
    ):  # fmt: skip
        if name == "from" or not limit:  # these may mean the whole list
            yield Call(f"{name}={value}", [(name, value)], by)
    for name in ("search_state", "SEARCH_STATUS", "search_status[]", "limit"):
        yield Call(f"{name}: there is none", [(name, "1"), ("max_results", "5")], "D25")
    yield Call("the method in the path", [("max_results", "5")], how="path")
    if is_first:
        for how in ("wrong hash", "unknown user", "no action"):
            yield Call(how, [("max_results", "5")], how=how)


def others(name, unknown):
    """A value that nothing has, none, and `all`."""
    yield Call(f"{name}: unknown", [(name, unknown)])
    yield Call(f"{name}: empty", [(name, "")], "D18" if name == "search_language" else None)
    yield Call(f"{name}: all", [(name, "all")], "D27")


def swapped(name, value):
    if value.swapcase() != value:
        yield Call(f"{name}: the other case", [(name, value.swapcase())])


class Found(dict):
    """What differs in one call, counted: (what, element, decision) to rows, ids and values."""

    def count(self, what, element, by, id_=None, theirs="", mine=""):
        # An answer may hold names without end.
        key = (what, element if len(self) < 200 else "others", by)
        values = theirs[:MAX_TEXT], mine[:MAX_TEXT]
        entry = self.setdefault(key, {"rows": 0, "ids": [], "values": values})
        entry["rows"] += 1
        # An id as MOR has them, and no telephone number in its place.
        if id_ and len(entry["ids"]) < 3 and re.fullmatch("[0-9]{1,9}", id_):
            entry["ids"].append(int(id_))


class Comparison:
    """Sends the calls to both, and keeps what differs."""

    def __init__(self, options, callers):
        self.options, self.callers, self.rows = options, callers, Rows()
        self.findings, self.broken, self.untried = {}, [], []
        self.calls, self.dids, self.is_ordered = 0, 0, True
        self.seconds = {"MOR": [0.0, 0.0], "dids_get": [0.0, 0.0]}
        secrets = {it for caller in callers for it in (caller.key, sha1(caller.key))}
        texts = {re.escape(it) for secret in secrets for it in (secret, quote(secret, safe="")) if it}
        texts = [*sorted(texts, key=len, reverse=True), "[0-9a-f]{32,}"]
        self.secrets = re.compile("|".join(texts), re.IGNORECASE)

    def clean(self, text):
        """A server's text, fit to be shown: without secrets and control characters, and short."""
        text = "".join(it if it.isprintable() else "\ufffd" for it in text)
        return self.secrets.sub("(hidden)", text)[:200]

    def run(self):
        for nth, caller in enumerate(self.callers):
            self.is_ordered, self.whole, seen = True, Found(), {}
            whole = self.compare(caller, Call("the whole list", []), "", seen)
            if whole is None:
                continue
            self.dids = max(self.dids, whole.count)
            limit = self.options.rows if 0 < self.options.rows < whole.count else 0
            todo = [*calls(seen, whole.count, limit, nth == 0)]
            todo += [Call(" ".join(name for name, _ in it), it, finds=True) for it in self.options.query]
            # Who sees nothing, or is refused, is asked what needs no rows.
            todo = todo if whole.count else [call for call in todo if call.how]
            tried = set()
            for at, call in enumerate(todo, 1):
                if limit and "max_results" not in dict(call.parameters):
                    call = call._replace(parameters=[*call.parameters, ("max_results", limit)])
                answer = self.compare(caller, call, f"{at}/{len(todo)} ")
                tried |= set(dict(call.parameters)) if call.finds and answer and answer.count else set()
            untried = [name for name in FILTERS if whole.count and name not in tried]
            self.untried += [f"{name} ({caller.label})" for name in untried]

    def compare(self, caller, call, progress, seen=None):
        """Sends one call to both. Gives MOR's answer; nothing where one did not come whole."""
        if sys.stderr.isatty():
            print(f"\r\x1b[K{progress}{caller.label}: {call.name}", end="", file=sys.stderr, flush=True)
        self.calls += 1
        found = Found()
        mor, ours = (Answer(base, caller, call, self.options) for base in (self.options.mor, self.options.ours))
        server = "MOR"
        try:
            self.keep(mor, seen)
            time.sleep(self.options.pause)
            server = "dids_get"
            self.match(ours, found)
            time.sleep(self.options.pause)
        except Broken as reason:
            self.broken.append(f"{server}: {reason} ({caller.label}: {call.name})")
            return None
        for answer, seconds in zip((mor, ours), self.seconds.values()):
            seconds[0] += answer.waited
            seconds[1] += answer.waited if seen is not None else 0
        theirs, mine = mor.outcome(), ours.outcome()
        if seen is not None and (mor.problem or ours.problem or theirs == mine in UNKNOWN_CALLER):
            self.broken.append(f"MOR: {theirs}, dids_get: {mine} ({caller.label}: {call.name})")
            return None
        rows = found if theirs == mine == "a list" else Found()
        if seen is not None:
            self.whole = rows
        found = Found()
        answers(call, mor, ours, found)
        for (what, element, by), entry in [*found.items(), *rows.items()]:
            if what.startswith("row "):
                by = self.why_rows(call, self.whole.get((what, element, by)), entry)
            self.note(caller, call, (what, element, by), entry)
        return mor

    def why_rows(self, call, whole, entry):
        """What explains that one lists rows which the other does not."""
        if whole and entry["rows"] <= whole["rows"]:
            return None  # they are missing without the filter too
        return call.by or ("D20" if "max_results" in dict(call.parameters) and not self.is_ordered else None)

    def keep(self, mor, seen):
        """Puts MOR's rows aside, and takes values out of those of the whole list."""
        self.rows.clear()
        for row in mor.rows():
            self.rows.add(row)
            for name, text in row if seen is not None else ():
                values = seen.setdefault(name, []) if name in SAMPLES else ()
                if text and text not in values and len(values) < 8 and name in SAMPLES:
                    values.append(text)

    def match(self, ours, found):
        """Finds MOR's row for each of ours."""
        last = 0
        for row in ours.rows():
            place, theirs = self.rows.take(row)
            id_, did = key_of(row)
            if theirs is None:
                what = "row twice in dids_get" if place else "row in dids_get alone"
                found.count(what, "", None, id_, "", did or "")
                continue
            if theirs != row:
                for what, element, by, text, mine in differences(theirs, row):
                    found.count(what, element, by, id_, text, mine)
            if place < last:
                self.is_ordered = False
                found.count("order of rows", "", "D20", id_, "", did or "")
            last = max(last, place)
        for id_, did, is_twice in self.rows.left():
            found.count("row twice in MOR" if is_twice else "row in MOR alone", "", None, id_, did or "")

    def note(self, caller, call, key, entry):
        kept = self.findings.setdefault(key, {"calls": 0, "in": f"{caller.label}: {call.name}", **entry})
        kept["calls"] += 1
        kept["rows"] = max(kept["rows"], entry["rows"])

    def report(self):
        findings = []
        # What nothing explains stands first.
        most = sorted(self.findings.items(), key=lambda it: (bool(it[0][2]), -it[1]["rows"]))
        for (what, element, by), entry in most:
            finding = {"what": what, "element": self.clean(element), "decision": by, "because": WHY.get(by)}
            finding.update({name: entry[name] for name in ("calls", "rows", "ids")})
            finding["first_seen_in"] = self.clean(entry["in"])
            if self.options.show:
                finding["MOR"], finding["dids_get"] = map(self.clean, entry["values"])
            findings.append(finding)
        return {
            "verdict": "different" if findings else "not compared" if self.broken else "same",
            "calls": self.calls,
            "callers": [self.clean(caller.label) for caller in self.callers],
            "dids": self.dids,
            "findings": findings,
            "not_compared": [self.clean(it) for it in self.broken],
            "not_tried": [self.clean(it) for it in self.untried],
            "seconds_waited": {
                name: {"all": round(all_, 3), "whole_lists": round(whole, 3)}
                for name, (all_, whole) in self.seconds.items()
            },
        }


def answers(call, mor, ours, found):
    """How the answers differ, rows apart."""
    theirs, mine = mor.outcome(), ours.outcome()
    text, own = mor.reader.error or "", ours.reader.error or ""
    if theirs != mine or text != own:
        # An empty list that is said in two ways has nothing to do with the call.
        by = "D25" if own.startswith(REFUSED) else None if {theirs, mine} == EMPTY else call.by
        found.count("answer", f"MOR: {theirs}; dids_get: {mine}", by, None, text, own)
        return
    if mor.status != ours.status:
        by = "D9" if own and (ours.status == 200 or own.startswith(REFUSED)) else None
        found.count("HTTP status", f"MOR: {mor.status}; dids_get: {ours.status}", by)
    if mor.type != ours.type:
        is_setting = mor.type.replace("text/html", "text/xml") == ours.type.replace("text/html", "text/xml")
        by = "XML_API_Extension" if is_setting else None
        found.count("content type", "", by, None, mor.type, ours.type)
    for note in mor.reader.notes ^ ours.reader.notes:
        where = "MOR" if note in mor.reader.notes else "dids_get"
        by = {"attributes": "api.md"}.get(note, "D10") if where == "MOR" else None
        found.count(f"{note} in {where} alone", "", by)
    if mor.reader.shapes != ours.reader.shapes:
        shapes = (" ".join(sorted(it.reader.shapes)[:3]) for it in (mor, ours))
        found.count("names of the outer elements", "", None, None, *shapes)


def told(report, is_all):
    """The report in about ten lines."""
    findings, callers = report["findings"], report["callers"]
    verdicts = {"same": "The same", "different": "They differ", "not compared": "Not compared"}
    verdict = verdicts[report["verdict"]]
    calls, dids = several(report["calls"], "call"), several(report["dids"], "DID")
    yield f"{verdict}: {calls} by {', '.join(callers)}, lists of up to {dids}."
    if findings:
        count = sum(1 for it in findings if it["decision"])
        yield f"Differences: {count} that a decision explains, {len(findings) - count} others."
    most = len(findings) if is_all else 6
    for it in findings[:most]:
        what = f"{it['element']}: {it['what']}" if it["element"] else it["what"]
        ids = f", id {' '.join(map(str, it['ids']))}" if it["ids"] else ""
        where = f"{several(it['rows'], 'row')}{ids}; {several(it['calls'], 'call')}, first {it['first_seen_in']}"
        yield f"  {it['decision'] or '?':4} {what} ({where})"
        if is_all and (it["MOR"] or it["dids_get"]):
            yield f"       MOR: {it['MOR']!r}; dids_get: {it['dids_get']!r}"
        if is_all and it["because"]:
            yield f"       {it['because']}"
    if findings[most:]:
        yield f"  and {len(findings) - most} more: --show or --json"
    for name in ("not_compared", "not_tried"):
        if report[name]:
            more = f"; and {len(report[name]) - 4} more" if report[name][4:] else ""
            yield f"{name.replace('_', ' ').capitalize()}: {'; '.join(report[name][:4])}{more}"
    mor, ours = report["seconds_waited"].values()
    yield (
        f"Time: MOR {mor['all']:.1f} s, dids_get {ours['all']:.1f} s; "
        f"of these for whole lists {mor['whole_lists']:.1f} s and {ours['whole_lists']:.1f} s."
    )


def several(count, what):
    return f"{count} {what}" + "s" * (count != 1)


def base(name, text):
    """The URL of a variable, which is not repeated in an error: it may hold a password."""
    try:
        url = urlsplit(text)
        more = url.username or url.query or url.fragment
        if url.scheme in ("http", "https") and url.hostname and url.port != 0 and not more:
            return url
    except ValueError:
        pass
    raise Unusable(f"{name}: not an http or https URL without user, password and query")


def sha1(key):
    return hashlib.sha1(key.encode()).hexdigest()


def read_callers(file):
    try:
        with open(file, encoding="utf-8") as text:
            return [Caller(label, str(it["user"]), str(it["key"])) for label, it in json.load(text).items()]
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unusable(f'{file}: not {{"LABEL": {{"user": "...", "key": "..."}}, ...}}') from None


def read_query(text):
    pairs = parse_qsl(text, keep_blank_values=True)
    if not pairs or {"u", "hash", "p", "action", "test"} & set(dict(pairs)):
        raise argparse.ArgumentTypeError("NAME=VALUE of a filter or of paging, joined by &")
    return pairs


SEND = "POST with all in the body (the default), or in the query as MOR shows it, or GET; logs keep queries"
ROWS = "of longer lists, compare so many rows in calls with filters (1000; 0 for all)"


def main():
    parser = argparse.ArgumentParser(description="Compares two servers of the API; its head says more.")
    add = parser.add_argument
    add("--callers", metavar="FILE", help="a caller of each role, in JSON")
    add("--send", choices=("body", "query", "get"), default="body", help=SEND)
    add("--pause", type=float, default=0.2, metavar="S", help="seconds between two calls (0.2)")
    add("--timeout", type=float, default=600, metavar="S", help="seconds that a call may take (600)")
    add("--rows", type=int, default=1000, metavar="N", help=ROWS)
    add("--show", action="store_true", help="show numbers, names and comments too")
    add("--json", action="store_true", help="print the report as JSON")
    add("query", nargs="*", type=read_query, metavar="QUERY", help="one more call, as search_dialplan=12")
    options = parser.parse_args()
    needed = ["DIDS_MOR_URL", "DIDS_URL"] + ([] if options.callers else ["DIDS_USER", "DIDS_KEY"])
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise Unusable(f"not set: {', '.join(missing)}")
    options.mor, options.ours = (base(name, os.environ[name]) for name in needed[:2])
    if options.callers:
        callers = read_callers(options.callers)
    else:
        callers = [Caller("caller", os.environ["DIDS_USER"], os.environ["DIDS_KEY"])]
    comparison = Comparison(options, callers)
    comparison.run()
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    report = comparison.report()
    print(json.dumps(report, indent=1) if options.json else "\n".join(told(report, options.show)))
    return {"same": 2 if report["not_compared"] else 0, "different": 1, "not compared": 2}[report["verdict"]]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        sys.exit(main())
    except Unusable as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    except Exception as error:  # the text of any other may hold what must not be shown
        print(f"error: {type(error).__name__}", file=sys.stderr)
    sys.exit(2)
