"""The download layer: everything that speaks to the Hugging Face Hub."""
