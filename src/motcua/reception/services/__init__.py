"""Every write of the queue."""
