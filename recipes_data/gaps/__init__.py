"""Which Hub operations recipes need, and which of them a client really has; a leaf: only the command imports it."""
