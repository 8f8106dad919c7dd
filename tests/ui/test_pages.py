"""Templates of the frame, error pages, languages, and the rules every template keeps."""

import gettext
import io
import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from motcua.ui import catalogues
from motcua.ui.catalogues import CatalogueError, compiled, parse, sources, to_mo
from motcua.ui.vendoring import UI_DIR

TEMPLATES = sorted(Path("src/motcua").resolve().glob("*/templates/**/*.html"))
OURS = [path for path in TEMPLATES if path.is_relative_to(UI_DIR)]
SURFACES = ["", "desk/", "board/", "public/", "tablet/", "display/", "print/"]


def names(paths):
    return [str(path.relative_to(UI_DIR.parent)) for path in paths]


@pytest.mark.parametrize("path", OURS, ids=names(OURS))
def test_every_template_compiles(path):
    get_template(str(path.relative_to(UI_DIR / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_template_holds_a_script_or_an_event_handler(path):
    source = re.sub(
        r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text("utf-8"), flags=re.S
    )
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", source, re.S):
        assert "src=" in attributes or "application/json" in attributes
        assert not body.strip() or "application/json" in attributes
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", source)
    assert "javascript:" not in source


@pytest.mark.parametrize("path", OURS, ids=names(OURS))
def test_no_template_of_this_room_styles_in_place(path):
    assert not re.search(r"\sstyle\s*=|<style", path.read_text("utf-8"))


@pytest.fixture
def visitor(settings):
    settings.DEMONSTRATION = True
    return Client()


@pytest.mark.django_db
@pytest.mark.parametrize("surface", SURFACES)
def test_the_style_page_and_every_surface_open(visitor, surface):
    response = visitor.get(f"/ui/{surface}")
    assert response.status_code == 200
    assert "Dữ liệu minh hoạ" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/ui/", "/ui/desk/"])
def test_the_style_page_does_not_exist_in_production(settings, address):
    settings.DEMONSTRATION = settings.DEBUG = False
    assert Client().get(address).status_code == 404


@pytest.mark.django_db
def test_a_surface_is_known_by_name_only(visitor):
    assert visitor.get("/ui/style/").status_code == 404


@pytest.mark.django_db
def test_a_refused_form_is_answered_with_422_and_what_was_typed(visitor):
    response = visitor.post("/ui/", {"name": "Nguyễn Văn Ấn", "phone": "09-1"})
    assert response.status_code == 422
    assert 'value="Nguyễn Văn Ấn"' in response.content.decode()


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500", "503"])
def test_an_error_page_says_what_happened_and_what_to_do_without_any_context(code):
    shown = render_to_string(f"{code}.html")
    assert len(re.findall(r"<p>[^<]{20,}</p>", shown)) >= 2
    words = re.sub(r"<[^>]+>", " ", shown)
    assert not re.search(r"\b(error|not found|forbidden|server|CSRF)\b", words, re.I)
    assert "!" not in words.replace("<!doctype", "")


@pytest.mark.django_db
def test_a_missing_token_is_answered_in_plain_words(settings):
    settings.DEMONSTRATION = True
    response = Client(enforce_csrf_checks=True).post("/ui/", {})
    assert response.status_code == 403
    assert "Trang đã mở quá lâu" in response.content.decode()


@pytest.mark.django_db
def test_a_page_is_vietnamese_until_somebody_asks_for_english(visitor):
    response = visitor.get("/ui/public/", headers={"accept-language": "en"})
    assert '<html lang="vi"' in response.content.decode()
    assert response.headers["Content-Language"] == "vi"
    visitor.post("/i18n/setlang/", {"language": "en", "next": "/ui/public/"})
    response = visitor.get("/ui/public/")
    assert '<html lang="en"' in response.content.decode()
    assert "Skip to main content" in response.content.decode()
    assert "Demonstration data" in response.content.decode()


@pytest.mark.django_db
def test_a_language_nobody_offers_is_vietnamese(visitor):
    visitor.cookies["django_language"] = "xx"
    assert '<html lang="vi"' in visitor.get("/ui/public/").content.decode()


def frame(**context):
    request = RequestFactory().get("/bang/")
    return render_to_string("ui/base.html", context, request=request)


def test_the_ribbon_stands_only_on_invented_data(settings):
    settings.DEMONSTRATION = False
    assert 'class="ribbon"' not in frame(demonstration=False)
    assert 'class="ribbon"' in frame(demonstration=True)


def test_the_navigation_marks_where_one_is():
    shown = frame(
        navigation=[
            {"label": "Sự việc", "url": "/su-viec/", "current": True, "count": 1200},
            {"label": "Tin nhắn", "url": "/tin-nhan/", "current": False},
        ]
    )
    assert '<a href="/su-viec/" aria-current="page">Sự việc' in shown
    assert shown.count("aria-current") == 1
    assert ">1.200</span>" in shown


def test_only_a_live_page_opens_a_stream():
    assert "data-live-url" not in frame()
    assert 'data-live-url="/bang/song/"' in frame(live_url="/bang/song/")


# --- translations ----------------------------------------------------------------------


@pytest.mark.parametrize("source", sources(), ids=names(sources()))
def test_compiled_translations_are_those_of_their_source(source):
    assert source.with_suffix(".mo").read_bytes() == compiled(source)


def test_our_compiler_writes_what_gettext_reads():
    messages = parse(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        '# một ghi chú\nmsgid "Đóng"\nmsgstr "Close"\n\n'
        'msgctxt "cửa"\nmsgid "Đóng"\nmsgstr ""\n"Shut"\n\n'
        'msgid "%d hồ sơ"\nmsgid_plural "%d các hồ sơ"\nmsgstr[0] "%d dossier"\n'
        'msgstr[1] "%d dossiers"\n\nmsgid "Chưa dịch"\nmsgstr ""\n'
    )
    read = gettext.GNUTranslations(io.BytesIO(to_mo(messages)))
    assert read.gettext("Đóng") == "Close"
    assert read.pgettext("cửa", "Đóng") == "Shut"
    assert read.ngettext("%d hồ sơ", "%d các hồ sơ", 1) == "%d dossier"
    assert read.ngettext("%d hồ sơ", "%d các hồ sơ", 2) == "%d dossiers"
    assert read.gettext("Chưa dịch") == "Chưa dịch"


def test_a_broken_catalogue_is_refused_with_its_line():
    with pytest.raises(CatalogueError, match=r"x\.po:2"):
        parse('msgid "a"\nmsgstr a', "x.po")


def words_of_this_room() -> set[str]:
    found = set()
    for path in OURS:
        source = path.read_text("utf-8")
        found |= {text for _, text in re.findall(r"""\{% translate (["'])(.*?)\1""", source)}
        found |= {
            re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", text)
            for text in re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate", source)
        }
    for path in UI_DIR.glob("**/*.py"):
        found |= set(re.findall(r'translation\.gettext\(\s*"(.*?)"', path.read_text("utf-8")))
    return found


def catalogue(language: str) -> dict[str, str]:
    path = UI_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    return parse(path.read_text(encoding="utf-8"))


def test_every_word_of_the_frame_has_its_english_and_none_is_left_over():
    assert set(catalogue("en")) - {""} == words_of_this_room()


def test_what_we_reword_is_what_django_and_allauth_really_say():
    import allauth
    import django

    said: set[str] = set()
    for package, folder in (
        (django, "conf/locale"),
        (django, "contrib/auth/locale"),
        (allauth, "locale"),
    ):
        source = Path(package.__file__).parent / folder / "de" / "LC_MESSAGES" / "django.mo"
        with source.open("rb") as file:
            for key in gettext.GNUTranslations(file)._catalog:
                said.add(key[0] if isinstance(key, tuple) else key)
    reworded = {key.split("\0")[0] for key in catalogue("vi")} - {""}
    # allauth's newest words are not in its German catalogue yet.
    assert len(reworded - said) <= 3, reworded - said


def test_our_wording_wins_over_djangos():
    with translation.override("vi"):
        assert translation.gettext("This field is required.") == "Chưa điền mục này."


def test_every_catalogue_of_the_product_is_found():
    assert UI_DIR / "locale" / "vi" / "LC_MESSAGES" / "django.po" in sources()
    assert catalogues.PRODUCT_DIR.name == "motcua"
