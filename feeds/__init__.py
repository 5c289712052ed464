"""What the hub sends to sector bodies: advisories, in the forms and over the channels of the scheme."""
