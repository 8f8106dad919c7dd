"""Pages of the staff: work list, one dossier, hand-over, register, receipts, provisions."""
