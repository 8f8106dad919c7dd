"""Finds every page of a running demonstration by following its links, account by account.

New rooms need nothing here: what a link, a form or a live part leads to is found, and addresses
without parameters are tried as they are.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, URLResolver, get_resolver, resolve, reverse
from django.urls.converters import IntConverter, UUIDConverter

NOT_OURS = ("/static/", "/api/device/")
SIGN_IN = "demo-sign-in"
LINKS_IN_TEXT = re.compile(r"https?://127\.0\.0\.1:\d+(/[\w:.=/-]+)")
"""Messages, posters and QR codes hold addresses that are no HTML links."""
MADE_UP: dict[type, object] = {
    IntConverter: 1,
    UUIDConverter: "00000000-0000-4000-8000-000000000000",
}


def names() -> set[str]:
    """Every named address of the product."""
    return set(_named(get_resolver(), ""))


def _named(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _named(pattern, inner)
        elif pattern.name:
            yield prefix + pattern.name


@dataclass(frozen=True)
class Place:
    """A page and somebody who may see it; the empty name is a stranger."""

    path: str
    username: str


@dataclass
class Seen:
    """What became of each named address: one example of each suffices."""

    pages: dict[str, Place] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    """Fragments, files and streams, with their media type."""
    detours: dict[str, str] = field(default_factory=dict)
    """Redirections, with where they led somebody; each person may be led elsewhere."""
    acts: set[str] = field(default_factory=set)
    """Targets of forms, which a GET does not reach."""
    broken: dict[str, int] = field(default_factory=dict)
    """Addresses that answered with a server's error."""
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return self.pages.keys() | self.parts.keys() | self.detours.keys() | self.acts


class _Links(HTMLParser):
    """Where a page leads, and where its forms go."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = LINKS_IN_TEXT.findall(text)
        self.acts: list[str] = []
        self.people: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in {"a", "iframe", "img"}:
            self.found.append(given.get("href") or given.get("src") or "")
        if tag == "form":
            method = given.get("method", "get").lower()
            (self.acts if method == "post" else self.found).append(given.get("action", ""))
        if tag == "input" and given.get("name") == "username" and given.get("value"):
            self.people.append(given["value"])
        self.found += [given[name] for name in ("hx-get", "data-live-url") if given.get(name)]
        self.acts += [given[name] for name in ("hx-post", "formaction") if given.get(name)]


def wait_for_the_first_alert(address: str, username: str, seconds: float) -> None:
    """Until the demonstration's camera has seen its first unhappy citizen."""
    limit = time.monotonic() + seconds
    with httpx.Client(base_url=address, timeout=60) as client:
        _sign_in(client, username)
        while "CANH BAO" not in client.get(reverse("messaging:demo-phone")).text:
            assert time.monotonic() < limit, "the demonstration raised no alert"
            time.sleep(1)


def crawl(address: str) -> Seen:
    """Look everywhere, first as a stranger, then as one person of each role."""
    seen = Seen()
    with httpx.Client(base_url=address, timeout=60) as stranger:
        people = _Links(stranger.get("/").text).people
        _walk(stranger, "", seen)
    # `binhtien.lanhdao` and `longhai.lanhdao` see the same pages, of different units.
    for username in {username.rpartition(".")[2]: username for username in people}.values():
        with httpx.Client(base_url=address, timeout=60) as client:
            _sign_in(client, username)
            seen.cookies[username] = client.cookies[settings.SESSION_COOKIE_NAME]
            _walk(client, username, seen)
            _acts_by_refusal(client, seen)
    return seen


def _acts_by_refusal(client: httpx.Client, seen: Seen) -> None:
    """What nothing leads to just now and refuses GET is an act, whatever it would be done to."""
    for name in names() - seen.names:
        try:
            path = reverse(name, kwargs=_made_up_parameters(name))
        except (NoReverseMatch, AttributeError):  # a parameter of a type of its own
            continue
        if client.get(path).status_code == 405:
            seen.acts.add(name)


def _made_up_parameters(name: str) -> dict[str, object]:
    """Values that fit the address's route, though nothing of that name exists."""
    *spaces, last = name.split(":")
    resolver: URLResolver = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    *_, converters = resolver.reverse_dict.getlist(last)[0]
    return {parameter: MADE_UP.get(type(kind), "x") for parameter, kind in converters.items()}


def _sign_in(client: httpx.Client, username: str) -> None:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/").text)
    assert found is not None, "the first page offers no sign-in"
    form = {"username": username, "csrfmiddlewaretoken": found[1]}
    assert client.post(reverse(SIGN_IN), data=form).is_redirect


def _walk(client: httpx.Client, username: str, seen: Seen) -> None:
    # Where links lead first: they lead to one's own unit.
    queue, further = deque(["/"]), deque(_without_parameters())
    tried: set[str] = set()
    own: set[str] = set()
    while queue or further:
        path = (queue or further).popleft()
        name = _name_of(path)
        # A page is read again by each role, for it may lead further; anything else but once.
        if name is None or path in tried or name in own | seen.parts.keys() | seen.acts:
            continue
        tried.add(path)
        if (found := _look(client, Place(path, username), name, seen)) is not None:
            own.add(name)
            queue += found


def _look(client: httpx.Client, place: Place, name: str, seen: Seen) -> list[str] | None:
    """See one place; returns where it leads, or None when it does not open."""
    if iscoroutinefunction(resolve(urlsplit(place.path).path).func):
        with client.stream("GET", place.path) as stream:
            if stream.status_code == 200:
                seen.parts[name] = stream.headers["Content-Type"]
                return []
        return None
    response = client.get(place.path)
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if response.status_code >= 500:
        seen.broken[place.path] = response.status_code
    elif response.status_code == 405:
        seen.acts.add(name)
    elif response.is_redirect:
        target = urljoin(place.path, response.headers["Location"])
        if not target.startswith(reverse("account_login")):
            seen.detours[name] = target
            return [target]
    elif response.status_code == 200 and kind == "text/html":
        return _read(response.text, place, name, seen)
    elif response.status_code == 200:
        seen.parts[name] = kind
        return []
    return None


def _read(text: str, place: Place, name: str, seen: Seen) -> list[str]:
    """Note an HTML page or a fragment of one; returns where it leads."""
    if "<html" in text:
        seen.pages.setdefault(name, place)
    else:
        seen.parts[name] = "a fragment"
    links = _Links(text)
    here = urlsplit(place.path).path
    for target in links.acts:
        path = urlsplit(urljoin(place.path, target)).path
        if path != here and (act := _name_of(path)) and act not in seen.pages:
            seen.acts.add(act)
    return [urljoin(place.path, target) for target in links.found if target]


def _without_parameters() -> list[str]:
    found = []
    for name in sorted(names()):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


def _name_of(target: str) -> str | None:
    """Which named address this is; None outside the product."""
    parts = urlsplit(target)
    if parts.netloc or not parts.path.startswith("/") or parts.path.startswith(NOT_OURS):
        return None
    try:
        return resolve(parts.path).view_name or None
    except Resolver404:
        return None
