"""Every page of citizens in English: no Vietnamese is left but names and what is quoted as such.

What is Vietnamese by nature (names of people and places, contents of procedures, words that an
officer or the citizen wrote) stands in elements with `lang="vi"`; a word that has an English in a
catalogue may not hide there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from motcua.citizens.models import Citizen
from motcua.citizens.rules import ConsentVia, Origin, PaperState, Purpose
from motcua.citizens.services.common import make_known
from motcua.config.urls import urlpatterns
from motcua.dossiers import services as dossiers
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules import OWNERS, ReturnWay
from motcua.dossiers.selectors import CITIZENS_WORDS
from motcua.dossiers.services import promises
from motcua.kernel.clock import now, today
from motcua.organisation.permissions import SYSTEM
from motcua.portal import speaking
from motcua.portal.models import Draft
from motcua.portal.services import drafts, stopping, suggesting
from motcua.portal.shown import WORDS
from motcua.portal.speaking import FORMS, said
from motcua.portal.suggestions import EVERY, RULES
from motcua.procedures import demo
from motcua.procedures.models import ProcedureVersion
from motcua.procedures.rules import FeeKind, OnlineLevel, PaperForm
from motcua.procedures.services import take_over
from motcua.ui.catalogues import parse, sources
from tests.citizens.factories import paper_of, pdf
from tests.dossiers.factories import ITEM, WHY, Centre, procedure_of
from tests.factories import CityFactory, UnitFactory
from tests.portal.conftest import browser_of
from tests.portal.words import VIETNAMESE, Page, left_in_vietnamese

PROPER_NAMES = ("Một Cửa", "Tiếng Việt")
EXAMPLES = ("làm khai sinh", "khai sinh cho con sinh ngày 12/11/2026", "khai sinh cho con")
"""What one may type, quoted as it is typed."""
SOURCE = Path(speaking.__file__).parents[1]
ENGLISH = {
    key: value
    for path in sources(SOURCE)
    if "/en/" in str(path)
    for key, value in parse(path.read_text("utf-8")).items()
    if key
}


def look(answer: HttpResponse, *named: str, status: int = 200) -> Page:
    """The page is English, but for the exceptions and these names in its title."""
    assert answer.status_code == status, answer
    page = Page(answer.content.decode())
    wrong = left_in_vietnamese(page, but=(*PROPER_NAMES, *EXAMPLES, *named))
    assert wrong == []
    hidden = [text for text in page.quoted if ENGLISH.get(text, text) != text]
    assert hidden == [], "these have an English word, which the page does not use"
    return page


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def visitor() -> Client:
    return english(Client())


@pytest.fixture
def signed_in(citizen: Citizen) -> Client:
    return english(browser_of(citizen))


def at(name: str, *args: object) -> str:
    return reverse(f"portal:{name}", args=args)


# --- which pages there are ----------------------------------------------------------------

OPEN_TO_ALL = {
    "look_up", "dossier", "stop", "publicity", "unit", "display", "dossiers", "sign_in", "privacy",
}  # fmt: skip
OF_CITIZENS = {"file", "begin", "draft", "receipt", "own", "store", "own_dossier", "open_help"}
ANSWERS_BY_REDIRECT = {
    "leave", "switch_news", "by_qr", "vneid", "back_from_vneid", "demo_sign_in", "sign_out",
    "submit", "drop", "draft_paper", "stop_help", "consent", "withdraw_consent", "dismiss",
    "answer", "withdraw", "own_news", "supplement",
}  # fmt: skip
NO_PAGE = {"save", "upload", "begin_upload", "begin_supplement", "file_of_paper"}
OF_STAFF = {
    "edit_publicity", "suggestion_bases", "change_basis", "help_desk", "same_screen",
    "help_figures", "help_session", "help_end",
}  # fmt: skip


def test_every_address_of_the_portal_is_told_apart_here() -> None:
    """A new page fails here until somebody has decided who reads it and it is looked at below."""
    here = next(each for each in urlpatterns if getattr(each, "app_name", "") == "portal")
    assert isinstance(here, URLResolver)
    every = {pattern.name for pattern in here.url_patterns}
    assert every == OPEN_TO_ALL | OF_CITIZENS | ANSWERS_BY_REDIRECT | NO_PAGE | OF_STAFF


# --- without signing in -------------------------------------------------------------------


@pytest.mark.django_db
class TestForEverybody:
    def test_looking_up_and_every_refusal(self, visitor: Client, centre: Centre) -> None:
        path, code = at("look_up"), centre.filed().code
        assert look(visitor.get(path)).language == "en"
        look(visitor.post(path, {}), status=422)
        look(visitor.post(path, {"code": code, "digits": "12a"}), status=422)
        for _ in range(10):
            look(visitor.post(path, {"code": code, "digits": "1111"}), status=422)
        look(visitor.post(path, {"code": code, "digits": "1111"}), status=429)

    @pytest.mark.parametrize(
        "state",
        [
            Centre.filed, Centre.received, Centre.processing, Centre.proposed, Centre.approved,
            Centre.issued, Centre.completed,
        ],
    )  # fmt: skip
    def test_a_dossier_on_its_way(
        self, visitor: Client, centre: Centre, state: Callable[[Centre], Dossier]
    ) -> None:
        self.see(visitor, state(centre))

    def test_a_dossier_that_needs_papers_is_late_or_was_extended(
        self, visitor: Client, centre: Centre
    ) -> None:
        dossier = centre.processing()
        dossiers.extend(
            actor=centre.head,
            dossier_id=dossier.pk,
            new_promise=promises.end_of(centre.unit.pk, friday_in_three_weeks()),
            reason=WHY,
        )
        self.see(visitor, dossier)
        Dossier.objects.filter(pk=dossier.pk).update(promised_at=now() - dt.timedelta(hours=1))
        self.see(visitor, dossier)
        dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
        self.see(visitor, dossier)
        dossiers.answer_supplement(actor=centre.officer, dossier_id=dossier.pk, answer="Đủ")
        self.see(visitor, dossier)

    def test_a_dossier_that_has_ended(self, visitor: Client, centre: Centre) -> None:
        ends: list[Callable[[int], object]] = [
            lambda pk: dossiers.refuse(
                actor=centre.leader, dossier_id=pk, reason=WHY, basis=WHY, guidance=WHY
            ),
            lambda pk: dossiers.stop(actor=centre.leader, dossier_id=pk, reason=WHY, refund=WHY),
            lambda pk: dossiers.withdraw(actor=centre.officer, dossier_id=pk, reason=WHY),
            lambda pk: dossiers.pause(actor=centre.specialist, dossier_id=pk, reason=WHY),
        ]
        for end in ends:
            dossier = centre.processing()
            end(dossier.pk)
            self.see(visitor, dossier)

    def see(self, visitor: Client, dossier: Dossier) -> None:
        visitor.post(at("look_up"), {"code": dossier.code, "digits": "0900"})
        look(visitor.get(at("dossier", dossier.code)), dossier.unit_received.name)
        visitor.post(at("switch_news", dossier.code), {"tin": "0"})
        look(visitor.get(at("dossier", dossier.code)), dossier.unit_received.name)

    def test_stopping_messages(self, visitor: Client, centre: Centre) -> None:
        dossier = centre.received()
        CityFactory()
        make_known(centre.citizen, CityFactory().pk)
        path = stopping.path_to_stop(dossier)
        look(visitor.get(path))
        look(visitor.post(path, {"gi": "tin", "nhan": "0"}, follow=True))
        suggesting.give_consent(citizen=centre.citizen, purpose=Purpose.SUGGESTIONS)
        look(visitor.get(path))
        look(visitor.post(path, {"gi": "goi-y", "nhan": "0"}, follow=True))
        look(visitor.get(path[:-4] + "/"), status=404)

    def test_publicity_empty_and_full(self, visitor: Client, centre: Centre) -> None:
        look(visitor.get(at("publicity")))
        name, code = centre.unit.name, centre.unit.code
        for _ in range(2):
            for page in ("unit", "dossiers", "display"):
                look(visitor.get(at(page, code)), name)
            for _ in range(5):
                dossier = centre.completed()
                past = now() - dt.timedelta(days=2)
                Dossier.objects.filter(pk=dossier.pk).update(
                    first_promised_at=past, promised_at=past
                )

    def test_no_unit_at_all(self, visitor: Client) -> None:
        look(visitor.get(at("publicity")))

    def test_signing_in_and_what_is_kept(self, visitor: Client, settings: Any) -> None:
        look(visitor.get(at("sign_in")))
        settings.SOCIALACCOUNT_PROVIDERS = {}
        look(visitor.post(at("vneid")), status=503)
        look(visitor.get(at("back_from_vneid")), status=403)
        settings.DEMONSTRATION = True
        look(visitor.get(at("sign_in")))
        look(visitor.get(at("privacy")))

    def test_what_is_not_there(self, visitor: Client) -> None:
        look(visitor.get("/khong-co/"), status=404)


@pytest.mark.django_db
class TestProcedures:
    @pytest.fixture(autouse=True)
    def catalogue(self) -> Iterator[None]:
        from motcua.procedures import selectors

        selectors._index.cache_clear()
        facts = demo.shipped()
        coming = demo.prepared(facts[0]).model_copy(
            update={"effective_from": demo.CIVIL_STATUS_LAW.replace(year=2097)}
        )
        take_over(facts=facts, actor=SYSTEM)
        take_over(facts=[coming], actor=SYSTEM)
        yield
        selectors._index.cache_clear()

    def test_the_catalogue_searched_narrowed_and_empty(self, visitor: Client) -> None:
        for query in (
            "", "?tim=khai+sinh", "?tim=khong+co+gi", "?truc_tuyen=1", "?trang=2",
            "?tim=khai+sinh&truc_tuyen=1",
        ):  # fmt: skip
            look(visitor.get(reverse("procedures:index") + query))

    def test_every_procedure_and_a_version_to_come(self, visitor: Client) -> None:
        unit = UnitFactory(hotline="1022", address="154 Tháp Mười", agency_id="H29.1")
        for version in ProcedureVersion.objects.select_related("procedure"):
            path = reverse("procedures:page", args=[version.procedure.code])
            page = look(
                visitor.get(path, {"tu": version.effective_from, "don_vi": unit.code}),
                version.name,
            )
            assert "Procedures are published in Vietnamese." in page.frame

    def test_one_that_has_ended(self, visitor: Client) -> None:
        old = ProcedureVersion.objects.get(procedure__code="1.000894")
        ProcedureVersion.objects.filter(pk=old.pk).update(
            effective_from="2020-01-01", effective_to="2020-12-31"
        )
        look(visitor.get(reverse("procedures:page", args=["1.000894"])), old.name)


# --- signed in ----------------------------------------------------------------------------


@pytest.mark.django_db
class TestForCitizens:
    def test_nothing_there_yet(self, signed_in: Client) -> None:
        for page in ("file", "own", "store", "privacy"):
            look(signed_in.get(at(page)))

    def test_choosing_and_beginning(self, signed_in: Client, centre: Centre) -> None:
        version = centre.version
        elsewhere = procedure_of(centre.field, online_level="none")
        for typed in (version.name, elsewhere.name, "khong co gi"):
            look(signed_in.get(at("file"), {"tim": typed}))
        look(signed_in.get(at("begin", version.procedure.code)), version.name)
        look(signed_in.post(at("begin", version.procedure.code), follow=True), version.name)
        look(signed_in.get(at("file")))
        look(signed_in.get(at("own")))
        look(signed_in.get(at("begin", elsewhere.procedure.code), follow=True), elsewhere.name)

    def test_a_draft_in_all_its_states(
        self, signed_in: Client, citizen: Citizen, draft: Draft, centre: Centre
    ) -> None:
        path, name = at("draft", draft.public_id), draft.version.name
        look(signed_in.get(path), name)
        look(signed_in.post(at("submit", draft.public_id), {}), name, status=422)
        paper_of(citizen, CityFactory(), name="Tờ khai")
        one = at("draft_paper", draft.public_id, 1)
        for chosen in ({}, {"cach": "mang"}, {"cach": "bo"}, {"file": file(b"MZ")}):
            look(signed_in.post(one, chosen, follow=True), name)
        look(signed_in.post(at("submit", draft.public_id), {}), name, status=422)
        signed_in.post(one, {"cach": "bo"})
        look(signed_in.post(one, {"file": file(pdf())}, follow=True), name)
        save = at("save", draft.public_id)
        look(signed_in.post(save, {"phone": "0990000900"}, follow=True), name)
        htmx = {"HX-Request": "true"}
        look(signed_in.post(save, {}, headers=htmx))
        code = look(signed_in.post(at("open_help", draft.public_id)), name)
        assert "Read this code to the helper" in code.frame
        look(signed_in.get(path), name)
        look(signed_in.post(at("stop_help", draft.public_id), follow=True), name)
        for level in OnlineLevel:
            ProcedureVersion.objects.filter(pk=draft.version_id).update(online_level=level)
            look(signed_in.get(path), name)

    def test_filing_and_what_follows(
        self, signed_in: Client, citizen: Citizen, draft: Draft, centre: Centre
    ) -> None:
        signed_in.post(at("draft_paper", draft.public_id, 1), {"file": file(pdf())})
        filed = {"unit": centre.unit.code, "subject": "Khai sinh", "phone": "0990000900"}
        look(signed_in.post(at("submit", draft.public_id), filed, follow=True))
        dossier = Dossier.objects.get()
        own = at("own_dossier", dossier.code)
        dossiers.receive(actor=centre.officer, dossier_id=dossier.pk)
        dossiers.take(actor=centre.specialist, dossier_id=dossier.pk)
        dossiers.ask_supplement(actor=centre.specialist, dossier_id=dossier.pk, items=[ITEM])
        look(signed_in.get(own))
        look(signed_in.post(at("answer", dossier.code), {}), status=422)
        item = at("supplement", dossier.code, 0)
        for chosen in ({}, {"file": file(b"MZ")}):
            look(signed_in.post(item, chosen, follow=True))
        look(signed_in.post(at("answer", dossier.code), {"answer": "x"}), status=422)
        signed_in.post(item, {"cach": "bo"})
        look(signed_in.post(item, {"file": file(pdf())}, follow=True))
        look(signed_in.post(at("answer", dossier.code), {}, follow=True))
        look(signed_in.post(at("withdraw", dossier.code), {"reason": " "}), status=422)
        look(signed_in.post(at("withdraw", dossier.code), {"reason": "x"}, follow=True))
        look(signed_in.post(at("withdraw", dossier.code), {"reason": "x"}), status=422)
        for page in ("own", "store"):
            look(signed_in.get(at(page)))

    def test_consents_uses_and_suggestions(
        self, signed_in: Client, citizen: Citizen, centre: Centre
    ) -> None:
        take_over(facts=demo.shipped(), actor=SYSTEM)
        for purpose in ("suggestions", "reuse_paper"):
            look(signed_in.post(at("consent"), {"purpose": purpose}, follow=True))
        for rule in EVERY:
            if rule not in RULES:
                paper = paper_of(citizen, CityFactory(), name=getattr(rule, "words", ""))
                type(paper).objects.filter(pk=paper.pk).update(
                    valid_until=today() + dt.timedelta(days=9)
                )
        look(signed_in.get(at("own")))
        held = paper_of(citizen, CityFactory(), name="Tờ khai")
        draft = drafts.begin(citizen=citizen, code=centre.version.procedure.code)
        where = at("draft_paper", draft.public_id, 1)
        look(signed_in.post(where, {"cach": "luu", "giay": str(held.public_id)}, follow=True),
             draft.version.name)  # fmt: skip
        filed = {"unit": centre.unit.code, "subject": "Khai sinh", "phone": "0990000900"}
        signed_in.post(at("submit", draft.public_id), filed)
        store = look(signed_in.get(at("store")))
        assert any("Used for dossier" in text for text in store.frame)
        given = citizen.consents.filter(purpose=Purpose.SUGGESTIONS).get()
        look(signed_in.post(at("withdraw_consent", given.pk), follow=True))
        again = drafts.begin(citizen=citizen, code=centre.version.procedure.code)
        look(signed_in.post(at("drop", again.public_id), follow=True))


# --- words that pages take from rooms below -----------------------------------------------


def taken_from_below() -> set[str]:
    return {
        *WORDS.values(),
        *CITIZENS_WORDS.values(),
        *(rule.role.vietnamese for rule in OWNERS.values()),
        *(each.vietnamese for kind in (ReturnWay, Origin, PaperState, Purpose, ConsentVia,
                                       FeeKind, PaperForm, OnlineLevel) for each in kind),
        *(rule.title for rule in EVERY),
        *(rule.why for rule in RULES),
        *(rule.advice for rule in RULES if rule.advice),
    }  # fmt: skip


def test_every_state_act_role_and_choice_that_pages_show_has_its_english() -> None:
    assert taken_from_below() - set(ENGLISH) == set()


def test_every_word_of_the_templates_and_views_has_its_english_in_its_own_room() -> None:
    missing = {}
    for room in ("portal", "procedures"):
        path = SOURCE / room / "locale" / "en" / "LC_MESSAGES" / "django.po"
        own = {key.split("\0")[0] for key in parse(path.read_text("utf-8"))}
        frame = SOURCE / "ui" / "locale" / "en" / "LC_MESSAGES" / "django.po"
        known = own | set(parse(frame.read_text("utf-8")))
        used: set[str] = set()
        for template in (SOURCE / room / "templates").rglob("*.html"):
            text = template.read_text("utf-8")
            used |= {word for _, word in re.findall(r"""\{% translate (["'])(.*?)\1""", text)}
            used |= set(re.findall(r'[ (]_\("(.*?)"\)', text))
            used |= {
                re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", words)
                for words in re.findall(
                    r"\{% blocktranslate[^%]*%\}(.*?)\{% (?:plural|endblocktranslate)", text
                )
            }
        for module in (SOURCE / room).rglob("*.py"):
            text = module.read_text("utf-8")
            used |= set(re.findall(r'\bgettext\(\s*"(.*?)"', text))
            used |= set(re.findall(r'\b_\("(.*?)"\)', text))
        missing[room] = used - known
    assert missing == {"portal": set(), "procedures": set()}


def test_two_rooms_never_say_one_word_in_two_ways() -> None:
    seen: dict[str, set[str]] = {}
    for path in sources(SOURCE):
        if "/en/" in str(path):
            for key, value in parse(path.read_text("utf-8")).items():
                seen.setdefault(key, set()).add(value)
    assert {key: said for key, said in seen.items() if key and len(said) > 1} == {}


@pytest.mark.parametrize("form", FORMS)
def test_every_sentence_with_something_inside_is_said_in_english(form: str) -> None:
    inside = dict.fromkeys(re.findall(r"%\((\w+)\)s", form), "7")
    sentence = form % inside
    assert said(sentence) == sentence, "Vietnamese pages say it as it is"
    with translation.override("en"):
        assert said(sentence) == ENGLISH[form] % inside
        assert not VIETNAMESE.search(said(sentence))


@given(st.text())
def test_what_is_not_known_is_said_as_it_is(text: str) -> None:
    with translation.override("en"):
        assert said(text) == text or text in ENGLISH


@pytest.mark.django_db
def test_the_language_is_chosen_by_a_button_and_stays(centre: Centre) -> None:
    client = Client()
    assert 'lang="vi"' in client.get(at("look_up")).content.decode()[:200]
    client.post(reverse("set_language"), {"language": "en", "next": at("look_up")})
    assert int(client.cookies["django_language"]["max-age"]) > 300 * 24 * 3600
    for path in (at("look_up"), at("publicity"), reverse("procedures:index")):
        answer = client.get(path)
        assert Page(answer.content.decode()).language == "en"
        assert answer.headers["Content-Language"] == "en"
    client.post(reverse("set_language"), {"language": "vi", "next": "/"})
    assert Page(client.get(at("look_up")).content.decode()).language == "vi"


def friday_in_three_weeks() -> dt.date:
    """A working day past every promise that a test makes."""
    day = today() + dt.timedelta(days=21)
    return day + dt.timedelta(days=(4 - day.weekday()) % 7)


def file(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("to-khai.pdf", content)
