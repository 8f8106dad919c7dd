"""Line icons on a 24 × 24 canvas, drawn for this product; decorative, never alone.

An icon repeats what the word beside it says, so it is hidden from screen readers. Each
value is the ``d`` of one stroked path.
"""

from __future__ import annotations

from typing import Final

ICONS: Final[dict[str, str]] = {
    "add": "M12 5v14M5 12h14",
    "alert": "M12 3.5 22 20.5H2zM12 10v4.5M12 17.5v.1",
    "arrow-left": "M19 12H5M11 6l-6 6 6 6",
    "arrow-right": "M5 12h14M13 6l6 6-6 6",
    "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21.2h4",
    "building": "M4 21V9l8-5 8 5v12M2.5 21h19M9.5 21v-6h5v6M8 11.5h.1M12 11.5h.1M16 11.5h.1",
    "calendar": "M4 6h16v14.5H4zM4 10.5h16M8 3.5V7M16 3.5V7",
    "camera": "M3.5 7h4L9 4.5h6L16.5 7h4v12.5h-17zM12 9.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7",
    "camera-off": (
        "M3.5 7h3M10 4.5h5L16.5 7h4v11M17 19.5H3.5V7M9.3 10.8a3.5 3.5 0 0 0 5 5M3 3l18 18"
    ),
    "chart": "M4 20.5h16.5M4 20.5V4M8 16.5v-4M12.5 16.5V8M17 16.5V5.5",
    "check": "M4.5 12.5 10 18 20 6.5",
    "chevron-down": "M5.5 9l6.5 6.5L18.5 9",
    "clock": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 7.5V12l3.5 2",
    "close": "M5.5 5.5l13 13M18.5 5.5l-13 13",
    "counter": (
        "M3 12.5h18M5 12.5V20M19 12.5V20M12 4a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5"
        "M8 12.5a4 3.5 0 0 1 8 0"
    ),
    "device": "M4 5h16v11H4zM9 20h6M12 16v4",
    "document": "M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 12.5h7M9 16.5h7",
    "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
    "edit": "M4.5 19.5v-4L16 4l4 4L8.5 19.5zM13.5 6.5l4 4",
    "filter": "M4 5.5h16L14 13v6l-4 1.5V13z",
    "help": (
        "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17"
        "M9.5 9.7a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5v.1"
    ),
    "home": "M3.5 11.5 12 4l8.5 7.5M6 10v10h12V10M10 20v-6h4v6",
    "info": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 11v5.5M12 7.6v.1",
    "key": "M8 11.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8M11 12.8 20 4M16 8l3 3",
    "language": (
        "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M3.5 12h17M12 3.5c5 5 5 12 0 17"
        "M12 3.5c-5 5-5 12 0 17"
    ),
    "list": "M8.5 6.5h12M8.5 12h12M8.5 17.5h12M4 6.5h.1M4 12h.1M4 17.5h.1",
    "lock": "M5.5 10.5h13v10h-13zM8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
    "mail": "M3.5 5.5h17v13h-17zM3.5 7l8.5 6 8.5-6",
    "menu": "M4 6.5h16M4 12h16M4 17.5h16",
    "message": "M4 5h16v11.5h-9L6.5 20.5v-4H4zM8 9h8M8 12.5h5",
    "person": "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4.5 20.5a7.5 6.5 0 0 1 15 0",
    "people": (
        "M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M2.5 20a6.5 6 0 0 1 13 0"
        "M15.5 5.3a3.5 3.5 0 0 1 0 6.5M17.5 14.5a6.3 6.3 0 0 1 4 5.5"
    ),
    "phone": "M7.5 2.5h9v19h-9zM11 18.5h2",
    "printer": "M7 9V3.5h10V9M7 17.5H4V9h16v8.5h-3M7 14.5h10v6H7z",
    "refresh": "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4",
    "search": "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5 20.5 20.5",
    "send": "M3.5 12 20.5 4 16 20.5l-4-6.5zM12 14l8.5-10",
    "settings": (
        "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4"
        "M9 14.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4"
    ),
    "shield": (
        "M12 3.5l7.5 3v5c0 4.7-3 7.7-7.5 9.5-4.5-1.8-7.5-4.8-7.5-9.5v-5zM8.5 12l2.5 2.5 4.5-4.5"
    ),
    "sign-out": "M10 4H4.5v16H10M9.5 12h11M16 7.5l4.5 4.5-4.5 4.5",
    "upload": "M12 16V4.5M7 9.5l5-5 5 5M4.5 20h15",
}
