"""Add-on codecs: one folder per product line, with its published vectors beside it."""
