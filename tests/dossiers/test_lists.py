"""Lists cost the same however long they are, and lose and double nothing where they merge."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.dossiers import lists
from motcua.dossiers.cursors import Cursor
from motcua.dossiers.lists import Queue
from motcua.dossiers.models import Dossier
from motcua.organisation.rules import Role
from tests.dossiers.factories import Centre

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.mark.parametrize(
    "address",
    ["/ho-so/", "/ho-so/so-theo-doi/", "/ho-so/tim/?tim=nguyen", "/ho-so/so-theo-doi/?in=1"],
)
def test_more_rows_need_no_more_queries(centre: Centre, address: str) -> None:
    browser = Client()
    browser.force_login(centre.people[Role.DEPARTMENT_HEAD])

    def queries() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(address)
        return len(asked), page.content.decode()

    codes = [centre.received().code]
    before, _ = queries()
    codes += [centre.received().code for _ in range(3)]
    after, page = queries()
    assert all(code in page for code in codes)
    assert after == before


def test_a_page_goes_on_where_the_last_ended_across_merged_queries(centre: Centre) -> None:
    wanted = {centre.received().pk, centre.filed().pk, centre.received().pk, centre.processing().pk}
    # Of the head: what waits for a taker, what is in hand of the department.
    own = {
        Queue.ALL: lists.queues_of(centre.people[Role.CENTRE_LEADER])[Queue.ALL],
        Queue.DOOR: lists.queues_of(centre.people[Role.OFFICER])[Queue.DOOR],
    }
    # A row that two queries find is shown once.
    queries = {Queue.MINE: [*own[Queue.ALL], *own[Queue.DOOR], *own[Queue.ALL]]}
    seen: list[Dossier] = []
    cursor: Cursor | None = None
    for _ in range(len(wanted)):
        page = lists.work_list(queries, cursor=cursor, limit=1)
        seen += page.rows
        cursor = Cursor.read(page.next)
    assert cursor is None
    assert [row.pk for row in seen] == [
        row.pk for row in Dossier.objects.filter(pk__in=wanted).order_by("due_at", "pk")
    ]


def test_each_queue_is_counted_up_to_its_limit(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        centre.received()
    own = lists.queues_of(centre.people[Role.DEPARTMENT_HEAD])
    counted = lists.counts(own)
    assert counted[Queue.DEPARTMENT] == counted[Queue.ALL] == 3
    assert counted[Queue.MINE] == 0
    monkeypatch.setattr(lists, "COUNTED", 2)
    assert lists.counts(own)[Queue.DEPARTMENT] == 2
    assert lists.counts({}) == {}
