"""Sample repositories, made up for this project, and their catalogue: what `recipes-data demo` serves."""
