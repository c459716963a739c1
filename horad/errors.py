"""Everything horad raises on purpose.

```
HoradError               any failure a caller may want to catch; its message is one line, free of report text
├── RuleError            a rule file is unreadable, or a rule breaks the schema or another rule (a ValueError)
├── SourceError          a source cannot be read at all: missing, empty, binary, of no known form
├── RecordError          one record of a readable source is unusable (a ValueError)
├── OutputError          a result cannot be written where it was asked for
└── WorkerError          a worker process died
```
"""


class HoradError(Exception):
    """Base of every error horad raises on purpose; the message never holds report text."""


class RuleError(HoradError, ValueError):
    """A rule file is unreadable, or a rule breaks the schema or contradicts another."""


class SourceError(HoradError):
    """A source cannot be read at all; the message names it and the remedy."""


class RecordError(HoradError, ValueError):
    """One record of an otherwise readable source is unusable; the message says why."""


class OutputError(HoradError):
    """A result cannot be written where it was asked for."""


class WorkerError(HoradError):
    """A worker process died before it answered."""
