"""Một Cửa: the operating software of a one-stop public service centre."""
