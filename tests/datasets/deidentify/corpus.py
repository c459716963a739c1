"""Reports of invented people with identifiers in natural places, each known by kind and place, and with decoys.

Names and templates are this file's own: the recognisers do not know them.
"""

import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

GIVEN = """
Adaeze Bartholomew Callista Dmitri Eleni Farouk Giulia Hamish Ingrid Joaquin Keiko Lucinda Mateus
Nadezhda Ottoline Priyanka Quentin Ravindra Siobhan Thandiwe Ulrike Vasilis Wilhelmina Xiomara
Yevgenia Zoltan Margaret Robert Patricia Michael Linda Ahmed Fatima Wei Yuki Olga Pedro Ines Bjorn
Aoife
""".split()  # noqa: SIM905 - a list would be a name a line
FAMILY = """
Abernathy Bhattacharya Castellanos Drummond Eriksson Fitzgerald Gallagher Haraldsson Ivanova
Jankowski Kowalczyk Lindqvist Mbeki Nakamura Oyelaran Papadopoulos Quigley Ramaswamy Szymanski
Thistlethwaite Uzunov Vandermeer Wojcik Yamaguchi Zielinski Carpenter Patel Nguyen Robinson
Hernandez O'Sullivan McAllister Al-Rashid Smith-Jones Long Singh Ferreira
""".split()  # noqa: SIM905 - a list would be a name a line
STREETS = "Larkspur Copperfield Whitethorn Marchmont Duncairn Ellesmere Foxglove Harrowgate".split()  # noqa: SIM905 - see above
STREET_KINDS = "Street Road Avenue Lane Drive Close Court Crescent".split()  # noqa: SIM905 - see above
CITIES = "Thornbury Maplewood Ridgefield Castlebrook Netherby Oakhurst".split()  # noqa: SIM905 - see above
HOSPITALS = (
    "Thornbury General Hospital",
    "St. Brigid's Hospital",
    "Royal Netherby Infirmary",
    "Ridgefield Medical Center",
)
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905 - see above

DECOYS = (
    "Brooker class III ossification of the left hip.",
    "The femoral artery is intact at Hunter's canal.",
    "No disease of Batson's plexus.",
    "Judet views show the column.",
    "A Morel-Lavallee lesion is seen laterally.",
    "Gustilo-Anderson type II injury in the past.",
    "May-Thurner anatomy is noted.",
    "Della Valle grade B, Hastings and Graham IIIA.",
    "Pellegrini-Stieda ossification of the medial collateral ligament.",
    "Density of 420 Hounsfield units; no Paget disease.",
    "Edema of Hoffa's fat pad and of Kager's triangle.",
    "Series 4, image 122; TR 4500, TE 22; 120 kVp.",
    "The mass measures 3.4 x 2.1 x 5.6 cm, previously 3.1 x 2.0.",
    "Levels L4-L5 and C5/6 are narrowed.",
    "DR pelvis AP and lateral; MS lesions in the cord.",
    "Power 4/5 on the left; ratio 1:20; grade 3/4.",
    "Findings may represent early ossification; march fracture excluded.",
    "Letournel approach; Kocher-Langenbeck incision; Ilizarov frame.",
    "Comparison: none. Technique: axial CT with coronal reformats.",
    "Trendelenburg gait and a positive Thomas test.",
)


@dataclass(frozen=True)
class Marked:
    """A report, and its identifiers: start, end, kind."""

    text: str
    identifiers: tuple[tuple[int, int, str], ...]


def report(seed: int) -> Marked:
    """One report, always the same for a seed."""
    chance = random.Random(seed)
    lines = [chance.choice(_LINES)(chance) for _ in range(chance.randint(3, 7))]
    lines += chance.sample(DECOYS, chance.randint(2, 5))
    chance.shuffle(lines)
    text = chance.choice(("\n", "\n", " "))
    marked = text.join([*lines, chance.choice(_SIGNATURES)(chance)])
    if chance.random() < 0.12:
        marked = re.sub(r"(<<\w+\|)|[^<>|]+", lambda part: part[1] or part[0].upper(), marked)
    return _unmarked(marked)


def _unmarked(marked: str) -> Marked:
    text, found = "", []
    for piece in re.split(r"(<<\w+\|.*?>>)", marked, flags=re.DOTALL):
        if match := re.fullmatch(r"<<(\w+)\|(.*)>>", piece, re.DOTALL):
            found.append((len(text), len(text) + len(match[2]), match[1]))
            text += match[2]
        else:
            text += piece
    return Marked(text, tuple(found))


def _as(kind: str, text: str) -> str:
    return f"<<{kind}|{text}>>"


def _digits(chance: random.Random, number: int) -> str:
    return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in range(number - 1))


def _person(chance: random.Random, form: str | None = None) -> str:
    given, family, initial = chance.choice(GIVEN), chance.choice(FAMILY), chance.choice("ABCDEFGHJKLM")
    forms = {
        "plain": f"{given} {family}",
        "initial": f"{given} {initial}. {family}",
        "inverted": f"{family}, {given}",
        "family": family,
        "capitals": f"{family.upper()}, {given.upper()}",
    }
    return _as("name", forms[form or chance.choice(("plain", "initial"))])


def _date(chance: random.Random) -> str:
    day = dt.date(2012, 1, 1) + dt.timedelta(days=chance.randint(0, 4000))
    month = MONTHS[day.month - 1]
    forms = (
        f"{day:%m/%d/%Y}",
        f"{day:%d/%m/%y}",
        f"{day:%Y-%m-%d}",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day}-{month[:3]}-{day.year}",
        f"{month} {day.year}",
        f"{day:%Y%m%d}",
    )
    return _as("date", chance.choice(forms))


def _phone(chance: random.Random) -> str:
    area, rest = f"{chance.randint(201, 989)}", f"01{_digits(chance, 2)}"
    forms = (
        f"({area}) 555-{rest}",
        f"{area}-555-{rest}",
        f"+1 {area} 555 {rest}",
        f"020 7946 {rest}",
        f"01632 960 {_digits(chance, 3)}",
    )
    return _as("phone", chance.choice(forms))


Line = Callable[[random.Random], str]
_SIGNATURES: tuple[Line, ...] = (
    lambda c: f"Electronically signed by {_person(c)}, MD on {_date(c)}.",
    lambda c: f"Dictated by: {_person(c)}",
    lambda c: f"Reported by Dr {_person(c)}, Consultant Radiologist.",
    lambda c: f"{_person(c)}, FRCR",
    lambda c: f"Radiologist: {_person(c, 'inverted')}",
    lambda c: f"Transcribed by {_person(c)} {_date(c)}",
)
_LINES: tuple[Line, ...] = (
    lambda c: f"Patient: {_person(c, c.choice(('inverted', 'capitals', 'plain')))}",
    lambda c: f"Patient Name: {_person(c)} MRN: {_as('mrn', _digits(c, 8))}",
    lambda c: f"Mr. {_person(c, 'family')} was seen in clinic on {_date(c)}.",
    lambda c: f"Mrs {_person(c)} complains of a stiff hip.",
    lambda c: f"Referring physician: {_person(c)}, MD",
    lambda c: f"Results were discussed with Dr. {_person(c)} at 14:35.",
    lambda c: f"Findings were communicated to {_person(c)} by telephone on {_date(c)}.",
    lambda c: f"His wife {_person(c)} was present.",
    lambda c: f"Thank you for referring {_person(c)}, who fell on {_date(c)}.",
    lambda c: f"cc: Dr {_person(c)}",
    lambda c: f"DOB: {_date(c)}",
    lambda c: f"Comparison: CT of {_date(c)}.",
    lambda c: f"Accession number: {_as('accession', c.choice(('CT', 'XR', 'MR')) + '-' + _digits(c, 7))}",
    lambda c: f"Hospital number {_as('mrn', c.choice('KXR') + _digits(c, 6))}.",
    lambda c: f"Account #: {_as('account', _digits(c, 9))}",
    lambda c: f"SSN {_as('ssn', f'{c.randint(100, 665)}-{c.randint(10, 99)}-{c.randint(1000, 9999)}')}",
    lambda c: f"NHS number: {_as('health_plan', f'{_digits(c, 3)} {_digits(c, 3)} {_digits(c, 4)}')}",
    lambda c: f"Insurance policy no. {_as('health_plan', 'XJ' + _digits(c, 7))}",
    lambda c: f"Medical license number: {_as('licence', 'C' + _digits(c, 7))}",
    lambda c: f"Vehicle registration {_as('vehicle', 'LK' + _digits(c, 2) + c.choice((' XTR', ' VHG')))}.",
    lambda c: f"Femoral stem, serial number {_as('device', 'SN' + _digits(c, 7))}.",
    lambda c: f"Tel: {_phone(c)}",
    lambda c: f"Call the ward on {_phone(c)}.",
    lambda c: f"Fax {_phone(c)}",
    lambda c: f"E-mail {_as('email', c.choice(GIVEN).lower() + '.' + c.choice(STREETS).lower() + '@example.org')}.",
    lambda c: f"Images at {_as('url', 'https://pacs.example.org/study?id=' + _digits(c, 6))} for review.",
    lambda c: f"Sent from {_as('ip', f'10.{c.randint(0, 255)}.{c.randint(0, 255)}.{c.randint(1, 254)}')}.",
    lambda c: f"Study UID {_as('uid', '1.2.826.0.1.3680043.' + _digits(c, 5) + '.' + _digits(c, 9))}",
    lambda c: f"Lives at {_as('location', f'{c.randint(1, 400)} {c.choice(STREETS)} {c.choice(STREET_KINDS)}')}.",
    lambda c: f"Resident of {_as('location', c.choice(CITIES) + ', OH ' + _digits(c, 5))}.",
    lambda c: f"Postcode {_as('location', c.choice(('LS1 4AP', 'M13 9WL', 'EC1A 1BB', 'SW4 7QX')))}",
    lambda c: f"Transferred from {_as('facility', c.choice(HOSPITALS))} on {_date(c)}.",
    lambda c: f"A {_as('age', str(c.randint(90, 104)))}-year-old with hip pain.",
    lambda c: f"{_person(c)} is a {c.randint(20, 85)}-year-old man.",
)
