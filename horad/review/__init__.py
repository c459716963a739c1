"""The review page: readers accept, correct or doubt what horad proposes, field by field, and it becomes gold labels."""
