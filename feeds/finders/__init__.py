"""Whether a matter came from a report to IPA, and whether its finder was told of the release."""
