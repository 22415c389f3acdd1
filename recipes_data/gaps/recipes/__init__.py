"""Python sources read for what they ask of the Hub: nothing is imported or run."""
