"""Elixir source trees read without Elixir: what a client has, and what a library asks of one."""
