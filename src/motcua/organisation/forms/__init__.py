"""What people type on this room's pages. The services judge it; forms only read it."""
