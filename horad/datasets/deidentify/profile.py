"""What becomes of every attribute of a DICOM file: the Basic Profile of PS3.15, table E.1-1, from a library's table."""

import functools
import importlib
from enum import StrEnum

from horad.datasets.extra import needed


class Action(StrEnum):
    """The actions of the profile that are taken; of several that it allows, the one that keeps files valid."""

    REMOVE = "X"
    EMPTY = "Z"
    DUMMY = "D"
    UID = "U"
    RECURSE = "U*"  # a sequence of references, whose UIDs are mapped


_TABLE = "dicomanonymizer.dicom_anonymization_databases.dicomfields_2026c"
_BY_LIST = {
    "X_TAGS": Action.REMOVE,
    "Z_TAGS": Action.EMPTY,
    "X_Z_TAGS": Action.EMPTY,
    "D_TAGS": Action.DUMMY,
    "Z_D_TAGS": Action.DUMMY,
    "X_D_TAGS": Action.DUMMY,
    "X_Z_D_TAGS": Action.DUMMY,
    "X_Z_U_STAR_TAGS": Action.RECURSE,
    "U_TAGS": Action.UID,
}


@functools.cache
def load_profile() -> dict[int, Action]:
    """The action of every attribute that has one, by its tag.

    Raises:
        HoradError: if the extra ``dataset`` is not installed.
    """
    needed("dicomanonymizer.dicom_anonymization_databases", "de-identification of DICOM")
    table = importlib.import_module(_TABLE)
    profile: dict[int, Action] = {}
    for name, action in _BY_LIST.items():
        for entry in getattr(table, name):
            if len(entry) == 2:  # the others are ranges: curves and overlays, which go by their group
                profile[(entry[0] << 16) | entry[1]] = action
    return profile
