"""A real RTSP server (GStreamer's), run by the system's Python: ``rtsp_peer.py FILE PORT``.

Prints ``ready`` when it listens; every client gets the recording from its beginning.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
NEEDED = ("filesrc", "qtdemux", "h264parse", "rtph264pay")
if any(Gst.ElementFactory.find(name) is None for name in NEEDED):
    sys.exit("a GStreamer plug-in is missing")
if sys.argv[1] == "--check":
    sys.exit(0)

path, port = sys.argv[1:3]
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    f'( filesrc location="{path}" ! qtdemux ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 )'  # noqa: E501
)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
server.get_mount_points().add_factory("/quay", factory)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()
