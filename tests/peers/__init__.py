"""Real peers for tests: they speak the real protocol over a real socket, and fail on demand."""
