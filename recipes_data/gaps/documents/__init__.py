"""Old Markdown documents held against what was found: which of their claims still stand."""
