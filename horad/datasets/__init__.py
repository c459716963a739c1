"""From results to a dataset others can trust: cohort, sample, agreement, split, card and check, timeline."""
