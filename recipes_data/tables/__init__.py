"""Bytes to rows: one file a format, each giving exactly the values that stand in the file."""
