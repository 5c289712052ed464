"""Who the sector bodies are: the sectors, applications, requirements, bodies and contacts' certificates."""
