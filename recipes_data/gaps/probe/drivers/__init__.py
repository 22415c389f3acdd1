"""Programs that let the probe drive a client: JSON lines in, JSON lines out; one module a client."""
