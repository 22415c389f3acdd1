"""Sample of a loading script. It stands where the real repository has one; data never runs."""

raise SystemExit("this script must never run")
