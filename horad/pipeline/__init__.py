"""spaCy components: each finds first and writes second, onto the Doc and nowhere else."""
