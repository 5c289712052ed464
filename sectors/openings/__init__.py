"""Bodies that join without an application: by the exception route, or because they are served already."""
