"""What horad knows: the only room that opens the rule files of ``models/``."""
