"""How well the answers agree with labelled reports: scores, intervals, confusion, and every error with its rules."""

from horad.evaluation.cases import Case
from horad.evaluation.report import Evaluation, evaluate

__all__ = ["Case", "Evaluation", "evaluate"]
