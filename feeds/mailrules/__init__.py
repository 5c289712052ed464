"""Ready-made filter rules for the mail programs of recipients."""
