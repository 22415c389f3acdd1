"""What recipes need beside what clients have: joins, levels, priorities, chains, differences; no I/O but name maps."""
