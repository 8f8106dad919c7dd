"""Pages on which a unit's administrator, its leaders and the city look after what exists."""
