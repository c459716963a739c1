"""Findings: what a Doc's tables say of the patient; spaCy ends here."""

from horad.findings.assemble import assemble as assemble
