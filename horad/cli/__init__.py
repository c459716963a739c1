"""The command line: thin commands over plain functions. Data on stdout, words on stderr."""
