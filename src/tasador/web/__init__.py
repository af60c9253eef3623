"""The server: answers from a bundle's bytes, computes nothing on a request."""
