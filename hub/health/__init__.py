"""How the hub is: figures for the doctor and for Prometheus, and whether a web process can serve."""
