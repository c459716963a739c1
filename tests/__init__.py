"""Tests of horad; see README.md in this folder."""
