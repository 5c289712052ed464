"""The words of STIX 2.1, 10.8 (industry-sector-ov); a test compares them with OASIS's own list."""

WORDS = (
    *("aerospace", "agriculture", "automotive", "chemical", "commercial", "communications", "construction"),
    *("dams", "defense", "education", "emergency-services", "energy", "entertainment", "financial-services"),
    *("government", "government-local", "government-national", "government-public-services"),
    *("government-regional", "healthcare", "hospitality-leisure", "infrastructure", "insurance"),
    *("manufacturing", "mining", "non-profit", "nuclear", "pharmaceuticals", "retail", "technology"),
    *("telecommunications", "transportation", "utilities", "water"),
)
