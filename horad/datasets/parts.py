"""Which part a patient belongs to: by a keyed hash of the patient, so that nobody moves when others are added."""

import hashlib
import hmac
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from horad.errors import HoradError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TOLERANCE = 1e-6


def shares_of(given: str) -> dict[str, float]:
    """The parts and their shares of ``train=0.7,dev=0.15,test=0.15``; the last parts are the ones to be kept clean.

    Raises:
        HoradError: if they do not read so, or do not sum to one.
    """
    shares: dict[str, float] = {}
    for part in given.split(","):
        name, _, number = part.strip().partition("=")
        try:
            share = float(number)
        except ValueError:
            share = -1.0
        if not _NAME.fullmatch(name) or name in shares or not 0 < share < 1:
            raise HoradError(f"--parts: {part.strip()!r} is no part; write for instance train=0.7,dev=0.15,test=0.15")
        shares[name] = share
    if abs(sum(shares.values()) - 1) > _TOLERANCE:
        raise HoradError(f"--parts: the shares sum to {sum(shares.values()):g}, not to 1")
    return shares


class Keyed:
    """Hashes under the salt; without it nobody can tell which patient a hash is of."""

    def __init__(self, salt: str) -> None:
        if not salt:
            raise HoradError("the salt is empty; give one and keep it: only with it can data be added later")
        self._key = salt.encode()

    def digest(self, purpose: str, value: str = "") -> str:
        """A hash for one purpose."""
        return hmac.new(self._key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]

    def place(self, unit: str) -> float:
        """Where a unit falls between 0 and 1."""
        return int(self.digest("place", unit)[:16], 16) / 2**64


def by_hash(units: Iterable[str], shares: Mapping[str, float], keyed: Keyed) -> dict[str, str]:
    """Each unit's part by its hash alone: it never moves, whatever is added; shares are met on average."""
    return {unit: _part_at(keyed.place(unit), shares) for unit in units}


def by_stratum(
    strata: Mapping[str, tuple[str, ...]], shares: Mapping[str, float], keyed: Keyed, before: Mapping[str, str]
) -> dict[str, str]:
    """Each unit's part such that every stratum meets the shares as nearly as whole units can.

    Who is new depends on who was there: ``before`` holds the parts of an earlier split, by ``keyed.digest("unit", …)``,
    and those never move. New ones go, in the order of their hash, where their stratum lacks most.
    """
    parts: dict[str, str] = {}
    whole: Counter[str] = Counter()
    own: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)

    def put(unit: str, part: str) -> None:
        parts[unit] = part
        whole[part] += 1
        own[strata[unit]][part] += 1

    def lack(unit: str, part: str) -> float:
        """By how much a part falls short in the stratum and in all, counting this unit."""
        counts = own[strata[unit]]
        return shares[part] * (counts.total() + whole.total() + 2) - counts[part] - whole[part]

    for unit in strata:
        if part := before.get(keyed.digest("unit", unit)):
            put(unit, part)
    for unit in sorted(strata.keys() - parts.keys(), key=keyed.place):
        put(unit, max(shares, key=lambda part: lack(unit, part)))
    return parts


def merged(units: Iterable[str], links: Iterable[tuple[str, str]], keyed: Keyed) -> dict[str, str]:
    """The unit that stands for each one: of all that are linked, that with the lowest hash."""
    leader = {unit: unit for unit in units}

    def of(unit: str) -> str:
        while leader[unit] != unit:
            leader[unit] = leader[leader[unit]]
            unit = leader[unit]
        return unit

    for one, other in links:
        low, high = sorted((of(one), of(other)), key=keyed.place)
        leader[high] = low
    return {unit: of(unit) for unit in leader}


def left_out(pairs: Sequence[tuple[str, str]], part_of: Mapping[str, str], order: Sequence[str]) -> dict[str, str]:
    """Of reports that are twins across parts, those to leave out, each with the twin that stays.

    The later part keeps its report: what is tested on stays as it is, what is trained on gives way.
    """
    rank = {part: number for number, part in enumerate(order)}
    twins: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        low, high = sorted((one, other), key=lambda name: (rank[part_of[name]], name))
        if part_of[low] != part_of[high]:
            twins[low].append(high)
    out: dict[str, str] = {}
    for name in sorted(twins, key=lambda name: (-rank[part_of[name]], name)):
        staying = sorted(twin for twin in twins[name] if twin not in out)
        if staying:
            out[name] = staying[0]
    return out


def _part_at(place: float, shares: Mapping[str, float]) -> str:
    edge = 0.0
    for name, share in shares.items():
        edge += share
        if place < edge:
            return name
    return list(shares)[-1]
