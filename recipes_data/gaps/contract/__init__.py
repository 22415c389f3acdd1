"""The contract table of the Hub's API, and what is made of it: requests, an OpenAPI document, a page."""
