"""The command `recipes-data`: the only place that prints, asks and exits."""
