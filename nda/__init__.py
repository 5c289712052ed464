"""What sector bodies promise: agreements and the versions of their texts."""
