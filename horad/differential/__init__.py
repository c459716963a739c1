"""The differential: from what a report says to ranked diagnoses, every weight with its source."""

from horad.differential.differentiate import differentiate as differentiate
