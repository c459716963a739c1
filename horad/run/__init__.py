"""Where the rooms are joined: one report, many reports, a batch."""
