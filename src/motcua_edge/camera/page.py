"""The agent's own page on this machine: is it looking, is it heard, what waits.

Served on the loopback address only. It shows no picture: there is none to show.
"""

from __future__ import annotations

import html
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from motcua_edge.camera.agent import Agent

STATES = {
    "starting": "đang chờ thiết lập",
    "running": "đang quan sát",
    "closed_hours": "tắt (ngoài giờ hoặc đã tắt)",
    "lost": "mất hình",
    "failed": "không mở được",
}
MOODS = {
    "very_pleased": "rất vui",
    "pleased": "vui vẻ",
    "ordinary": "bình thường",
    "displeased": "chưa hài lòng",
    "": "–",
}
STYLE = """
body{font:18px/1.5 system-ui,sans-serif;color:#1b2a3a;background:#f4f6f8;margin:0;padding:24px}
main{max-width:960px;margin:auto}table{border-collapse:collapse;width:100%;background:#fff}
th,td{text-align:left;padding:10px 12px;border-bottom:1px solid #d5dce3}
.good{color:#1f7a4d}.bad{color:#b3261e}.wide{overflow-x:auto}
"""


class HealthPage:
    """A small web server beside the agent; port 0 picks a free one."""

    def __init__(self, agent: Agent, port: int) -> None:
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page._answer(self)

            def log_message(self, *arguments: object) -> None:
                """Visits of this page are not worth a line."""

        self._agent = agent
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._started = time.monotonic()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="page", daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        host = (request.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in {"127.0.0.1", "localhost"}:
            # Another name for this address is a page elsewhere trying to read this one.
            request.send_error(403)
            return
        if request.path == "/health.json":
            kind, body = "application/json", json.dumps(facts(self._agent), ensure_ascii=False)
        elif request.path == "/":
            kind, body = "text/html", render(facts(self._agent))
        else:
            request.send_error(404)
            return
        raw = body.encode()
        request.send_response(200)
        request.send_header("Content-Type", f"{kind}; charset=utf-8")
        request.send_header("Content-Length", str(len(raw)))
        request.send_header("Cache-Control", "no-store")
        request.end_headers()
        request.wfile.write(raw)


def facts(agent: Agent) -> dict[str, Any]:
    """What the page shows, for machines."""
    state = agent.link.state
    contact = state.last_contact
    return {
        "device": agent.identity.device,
        "unit": agent.identity.unit,
        "server": agent.identity.server,
        "online": state.online,
        "trouble": state.trouble,
        "last_contact_seconds": None if contact is None else round(time.monotonic() - contact, 1),
        "clock_offset_seconds": state.clock_offset_seconds,
        "delivered": state.delivered,
        "spooled": agent.spool.depth(),
        "spool_dropped": agent.spool.number("dropped"),
        "refused": agent.spool.number("refused"),
        "counters": [
            {
                "number": camera.number,
                "name": camera.settings.name if camera.settings else "",
                "known": camera.settings is not None,
                "state": camera.figures.state,
                "trouble": camera.figures.trouble,
                "analysed": camera.figures.analysed,
                "dropped": camera.figures.dropped,
                "latency_ms": camera.figures.latency_ms,
                "fps": camera.settings.analysed_fps if camera.settings else None,
                "visit_open": camera.figures.visit_open,
                "mood": camera.figures.mood,
            }
            for camera in agent.cameras
        ],
    }


def render(known: dict[str, Any]) -> str:
    """The page in Vietnamese; it reloads itself."""
    rows = "".join(_row(counter) for counter in known["counters"])
    waiting = f"{known['spooled']:,}".replace(",", ".")
    lost = f"{known['spool_dropped']:,}".replace(",", ".")
    link = (
        f'<span class="good">Đã kết nối</span>, lần gần nhất {_ago(known["last_contact_seconds"])}'
        if known["online"]
        else f'<span class="bad">{html.escape(known["trouble"])}</span> '
        f"Dữ liệu được giữ trên máy này và sẽ tự gửi lại. "
        f"Lần liên lạc gần nhất: {_ago(known['last_contact_seconds'])}."
    )
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<title>Camera tại quầy</title><style>{STYLE}</style></head><body><main>
<h1>{html.escape(known["device"])}</h1>
<p>{html.escape(known["unit"])}, gửi về {html.escape(known["server"])}</p>
<p>{link}</p>
<p>Đang chờ gửi: <b>{waiting}</b> mục. Đã bỏ vì đầy bộ nhớ: {lost} số đo.
Trung tâm từ chối: {known["refused"]} mục.
Đồng hồ lệch {known["clock_offset_seconds"]:.1f} giây so với trung tâm.</p>
<div class="wide"><table><caption>Các quầy do máy này quan sát</caption>
<tr><th>Quầy</th><th>Trạng thái</th><th>Khung hình đã phân tích</th><th>Bỏ lỡ</th>
<th>Độ trễ</th><th>Lượt phục vụ</th><th>Biểu cảm lúc này</th></tr>{rows}</table></div>
<p>Trang này không có hình ảnh: hình chỉ nằm trong bộ nhớ máy trong lúc phân tích, không lưu,
không gửi đi.</p></main></body></html>"""


def _row(counter: dict[str, Any]) -> str:
    name = f"Quầy {counter['number']}"
    if counter["name"]:
        name += f" – {html.escape(counter['name'])}"
    state = STATES[counter["state"]] if counter["known"] else "trung tâm chưa giao quầy này"
    trouble = f"<br>{html.escape(counter['trouble'])}" if counter["trouble"] else ""
    good = "good" if counter["state"] == "running" else "bad" if trouble else ""
    latency = "–" if counter["latency_ms"] is None else f"{counter['latency_ms']:.0f} ms"
    visit = "đang có người" if counter["visit_open"] else "trống"
    return (
        f'<tr><td>{name}</td><td class="{good}">{state}{trouble}</td>'
        f"<td>{counter['analysed']}</td><td>{counter['dropped']}</td><td>{latency}</td>"
        f"<td>{visit}</td><td>{MOODS[counter['mood']]}</td></tr>"
    )


def _ago(seconds: float | None) -> str:
    return "chưa lần nào" if seconds is None else f"{seconds:.0f} giây trước"
