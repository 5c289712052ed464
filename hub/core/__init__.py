"""The floor: what every other package stands on. No Flask, no other package of ours."""
