"""Identifiers of people out of reports, results and DICOM files; nothing touches the network."""
