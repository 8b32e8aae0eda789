"""Claims, leases, lanes and failures of due work."""
