"""Grades and stages that follow from what is described; what the report states is never replaced."""

from horad.grading.attach import with_grading

__all__ = ["with_grading"]
