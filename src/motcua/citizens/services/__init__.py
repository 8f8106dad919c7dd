"""Everything that writes: people here, papers, uploads and consents in their own files."""

from motcua.citizens.services.people import (
    change_contact,
    find_by_number,
    find_or_add,
    introduce,
    reveal_number,
)

__all__ = ["change_contact", "find_by_number", "find_or_add", "introduce", "reveal_number"]
