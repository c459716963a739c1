"""Reports in: one file per form, and the one place that tells the forms apart."""
