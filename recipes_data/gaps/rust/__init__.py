"""What a Rust client has, and what a Rust library asks of it; read from sources."""
