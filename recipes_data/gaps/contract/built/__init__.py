"""Typed request builders, one module an area: generated, see `python -m recipes_data.gaps.contract`."""
