"""Text as the rules see it: the reading copy, sections and sentences, all with exact offsets."""
