"""Receiving a dossier at the counter: who, what for, which papers, then the receipt (form 01)."""
