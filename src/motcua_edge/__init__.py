"""What runs at the counter and in the kiosk: no Django, starts in a second, works with the
network cut."""
