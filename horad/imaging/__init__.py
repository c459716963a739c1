"""The study beside a report: DICOM headers, geometry, decoding under limits, and measures that refuse in data."""
