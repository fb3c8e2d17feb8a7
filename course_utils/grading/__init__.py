"""Untrusted submissions become marks: observe in a sandbox, judge outside."""
