"""What every page needs: access, sign-in, errors, headers, templates and assets."""
