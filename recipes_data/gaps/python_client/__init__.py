"""What a Python client has, and what a Python library asks of it; read from sources, and from an installed package."""
