"""Base templates, components and static assets; no rules, no models."""
