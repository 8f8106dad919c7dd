"""Every write of this room, beside `devices` and `duty`, grouped by what it changes."""
