"""Date and number formats of the product, for ``FORMAT_MODULE_PATH``."""
