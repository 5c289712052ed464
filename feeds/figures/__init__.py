"""Figures: what provisions led to, by notice, sector and period; never what a notice was about."""
