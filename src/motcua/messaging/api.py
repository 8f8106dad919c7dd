"""Where HTTP gateways call back: receipts, and texts from phones."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcua.messaging import registry
from motcua.messaging.models import ProviderAccount
from motcua.messaging.providers.http_gateway import HttpGateway
from motcua.messaging.services import inbound, receipts

log = logging.getLogger(__name__)

LARGEST_BODY = 16 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, token: str) -> JsonResponse:
    """Keep what a gateway reports. The secret address is the gateway's authority.

    A receipt about a message that we do not know is kept too: 200 means "kept",
    and a gateway that hears anything else sends it again.
    """
    account = ProviderAccount.objects.filter(callback_token=token, active=True).first()
    provider = registry.kind(account.kind)(account.account()) if account else None
    if account is None or not isinstance(provider, HttpGateway):
        log.warning("refused a call-back with an unknown address")
        return JsonResponse({"ok": False, "code": "unknown_address"}, status=404)
    try:
        fields = _fields(request)
    except ValueError as wrong:
        log.warning("provider %s called back unreadably: %s", account.pk, wrong)
        return JsonResponse({"ok": False, "code": "unreadable"}, status=400)
    if receipt := provider.read_receipt(fields):
        reference, state, code = receipt
        receipts.receive(
            provider=account, reference=reference, state=state, code=code, raw=dict(fields)
        )
    elif incoming := provider.read_incoming(fields):
        key, phone, text = incoming
        inbound.receive(provider=account, key=key, from_phone=phone, text=text)
    else:
        log.warning("provider %s called back with none of its fields: %s", account.pk, [*fields])
        return JsonResponse({"ok": False, "code": "no_known_fields"}, status=400)
    return JsonResponse({"ok": True})


def _fields(request: HttpRequest) -> Mapping[str, str]:
    """Query, form and JSON fields together, as text.

    Raises:
        ValueError: the body is too large, not UTF-8, or JSON but no object.
    """
    fields = {name: str(value) for name, value in request.GET.items()}
    if request.method == "POST":
        if len(request.body) > LARGEST_BODY:
            raise ValueError("body too large")
        if request.content_type == "application/json":
            found = json.loads(request.body or b"{}")
            if not isinstance(found, dict):
                raise ValueError("not an object")
            fields |= {str(name): str(value) for name, value in found.items()}
        else:
            fields |= {name: str(value) for name, value in request.POST.items()}
    return fields
