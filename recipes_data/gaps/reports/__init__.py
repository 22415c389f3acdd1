"""What a reader sees of a gap analysis: Markdown pages and one HTML page; pure functions of the analysis."""
