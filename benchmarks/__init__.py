"""Measurements of speed and accuracy; run by hand, their figures stand in docs/."""
