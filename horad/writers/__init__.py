"""Results out: one file per form, and the one place that puts them on disk whole or not at all."""
