"""Which language a page speaks: the one chosen on screen, else Vietnamese."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin


def current() -> str:
    """``vi`` or ``en``, whichever this page or message is written in."""
    return "en" if (translation.get_language() or "vi").startswith("en") else "vi"


class ChosenLanguageMiddleware(MiddlewareMixin):
    """In place of Django's LocaleMiddleware, which would also follow the browser.

    An officer's Windows is often English; that is no wish for English pages. Only the
    language button (the view ``set_language``) sets the cookie read here.
    """

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        # Every request activates anew, so nothing leaks into the next one of this thread.
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", current())
        return response
