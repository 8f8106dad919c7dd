"""Signs that a citizen may have been harassed, each with its evidence, none an accusation."""
