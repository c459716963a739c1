"""Lesions of known volume, density and distance: analytic shapes, sampled as a scanner samples, with their masks."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial.transform import Rotation
from skimage.measure import marching_cubes

Points = NDArray[np.float64]
# Signed distance to the surface, negative inside; exact, or at least of unit slope near the surface.
Shape = Callable[[Points], NDArray[np.float64]]

RIM, CORE, MUSCLE, FAT, BONE = 850.0, -30.0, 50.0, -100.0, 1200.0
_TUBE_RADIUS = 4.0
_FINE_MM = 0.35


def ellipsoid(a: float, b: float, c: float) -> Shape:
    axes = np.array([a, b, c])

    def distance(points: Points) -> NDArray[np.float64]:
        scaled = points / axes
        norm = np.linalg.norm(scaled, axis=-1)
        slope = np.linalg.norm(scaled / axes, axis=-1)
        value: NDArray[np.float64] = norm * (norm - 1) / np.maximum(slope, 1e-9)
        return value

    return distance


def box(a: float, b: float, c: float, rounding: float = 1.0) -> Shape:
    """Half sizes a, b, c."""
    half = np.array([a, b, c]) - rounding

    def distance(points: Points) -> NDArray[np.float64]:
        beyond = np.abs(points) - half
        outside = np.linalg.norm(np.maximum(beyond, 0), axis=-1)
        value: NDArray[np.float64] = outside + np.minimum(beyond.max(axis=-1), 0) - rounding
        return value

    return distance


def tube(half_length: float, radius: float) -> Shape:
    """A capsule along the first axis."""

    def distance(points: Points) -> NDArray[np.float64]:
        along = np.clip(points[..., :1], -half_length, half_length)
        axis = np.concatenate([along, np.zeros_like(along), np.zeros_like(along)], axis=-1)
        value: NDArray[np.float64] = np.linalg.norm(points - axis, axis=-1) - radius
        return value

    return distance


def lobulated(radius: float, spread: float) -> Shape:
    """Four balls grown together."""
    places = spread * np.array([[1, 0, 0], [-0.6, 0.8, 0.1], [-0.5, -0.7, 0.5], [0.1, 0.1, -0.9]])

    def distance(points: Points) -> NDArray[np.float64]:
        each = np.stack([np.linalg.norm(points - place, axis=-1) - radius for place in places])
        smooth = 1.0
        value: NDArray[np.float64] = -smooth * np.log(np.exp(-each / smooth).sum(axis=0))
        return value

    return distance


@dataclass(frozen=True)
class Recipe:
    """What a phantom is made of; the seed settles rotation, place within a voxel, and noise."""

    name: str
    shape: Shape
    rim_mm: float = 3.0  # 0: filled with rim, no core
    gap_mm: float = 3.0
    spacing: tuple[float, float, float] = (2.5, 0.7, 0.7)
    rim: float = RIM
    core: float = CORE
    around: float = MUSCLE
    bone_gap_mm: float | None = None
    opening: float = 0.0  # cosine-width of a hole in the rim
    noise: float = 20.0
    blur_mm: float = 0.6
    seed: int = 0


@dataclass(frozen=True)
class Phantom:
    """The image with its truth; indices are slice, row, column."""

    recipe: Recipe
    values: NDArray[np.int16]
    spacing: tuple[float, float, float]
    lesion: NDArray[np.bool_]
    structure: NDArray[np.bool_]
    volume_ml: float
    distance_mm: float
    rotation: NDArray[np.float64] = field(repr=False)  # grid axes (slice, row, column) in patient space


def _surface(shape: Shape, reach: float) -> tuple[Points, float]:
    """Points of the surface, and the volume within, in ml."""
    steps = np.arange(-reach, reach + _FINE_MM, _FINE_MM)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    vertices, faces, _, _ = marching_cubes(shape(grid), 0.0, spacing=(_FINE_MM,) * 3)
    corners = vertices[faces].astype(float)
    volume = abs(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum()) / 6000
    return vertices + steps[0], float(volume)


def _reach(shape: Shape) -> float:
    """Half the edge of a cube that holds the shape."""
    rng = np.random.default_rng(0)
    away = rng.normal(size=(4000, 3))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    for radius in np.arange(3.0, 120.0, 1.0):
        if shape(away * radius).min() > 0:
            return float(radius) + 1.5
    raise ValueError("the shape is too large")


def make(recipe: Recipe) -> Phantom:
    """Sample the recipe."""
    rng = np.random.default_rng(recipe.seed)
    turn, oblique = Rotation.random(rng=rng), Rotation.random(rng=rng).as_matrix()
    surface, volume = _surface(recipe.shape, _reach(recipe.shape))
    surface = turn.apply(surface)
    direction, axis, shift = _tube_place(surface, recipe.gap_mm, rng)
    size = np.abs(surface).max(axis=0) + np.where(np.abs(direction) > 0.3, recipe.gap_mm + 10, 8)
    spacing = np.array(recipe.spacing)
    shape = np.ceil(2 * size / spacing).astype(int) + 2
    offset = rng.uniform(-0.5, 0.5, 3) * spacing
    origin = -(shape - 1) / 2 * spacing + offset

    def scene(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        body = recipe.shape(turn.inv().apply(points.reshape(-1, 3)).reshape(points.shape))
        across = points - shift * direction
        lengthwise = across @ axis
        cord = np.linalg.norm(across - lengthwise[..., None] * axis, axis=-1) - _TUBE_RADIUS
        plate = -(points @ direction) + (surface @ direction).min() - (recipe.bone_gap_mm or 0)
        return body, cord, plate

    densities = _densities(recipe, scene, origin, shape, direction)
    blurred = ndimage.gaussian_filter(densities, recipe.blur_mm / spacing)
    noisy = blurred + rng.normal(0, recipe.noise, blurred.shape)
    body, cord, _ = scene(_centres(origin, spacing, shape))
    gap = float(_distance(surface, axis, direction, shift))
    values = np.round(noisy).astype(np.int16)
    return Phantom(recipe, values, recipe.spacing, body <= 0, cord <= 0, volume, gap, oblique)


def _tube_place(surface: Points, gap: float, rng: np.random.Generator) -> tuple[Points, Points, float]:
    """Direction towards a tube, its axis, and how far off it lies so that the gap is right."""
    direction = Rotation.random(rng=rng).apply([1.0, 0, 0])
    axis = np.cross(direction, Rotation.random(rng=rng).apply([0, 1.0, 0]))
    axis /= np.linalg.norm(axis)
    low, high = 0.0, 200.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if _distance(surface, axis, direction, middle) > gap else (middle, high)
    return direction, axis, high


def _distance(surface: Points, axis: Points, direction: Points, shift: float) -> float:
    across = surface - shift * direction
    off = np.linalg.norm(across - (across @ axis)[:, None] * axis, axis=1).min() - _TUBE_RADIUS
    # What lies beyond the tube counts as inside: the surface straddles it.
    return -1.0 if shift < (surface @ direction).max() else float(off)


def _centres(origin: Points, spacing: Points, shape: NDArray[np.int_]) -> Points:
    axes = [start + np.arange(count) * step for start, step, count in zip(origin, spacing, shape, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def _densities(
    recipe: Recipe,
    scene: Callable[[Points], tuple[NDArray[np.float64], ...]],
    origin: Points,
    shape: NDArray[np.int_],
    opening: Points,
) -> NDArray[np.float64]:
    """Mean density of each voxel from samples within it."""
    spacing = np.array(recipe.spacing)
    counts = np.maximum(2, np.ceil(spacing / 0.42)).astype(int)
    total = np.zeros(tuple(shape))
    for index in np.ndindex(*counts):
        inside = ((np.array(index) + 0.5) / counts - 0.5) * spacing
        points = _centres(origin + inside, spacing, shape)
        body, cord, plate = scene(points)
        value = np.full(body.shape, recipe.around)
        if recipe.bone_gap_mm is not None:
            value[plate > 0] = BONE
        value[cord <= 0] = MUSCLE + 10
        value[body <= 0] = recipe.core if recipe.rim_mm else recipe.rim
        if recipe.rim_mm:
            rim = (body <= 0) & (body > -recipe.rim_mm)
            if recipe.opening:
                cosine = points @ opening / np.maximum(np.linalg.norm(points, axis=-1), 1e-9)
                rim &= cosine < 1 - recipe.opening
            value[rim] = recipe.rim
        total += value
    return total / counts.prod()


def family(seed: int) -> list[Recipe]:
    """Shapes, sizes and surroundings, with the same random seed."""
    shapes: dict[str, Shape] = {
        "ellipsoid 4.5 mL": ellipsoid(12, 10, 9),
        "ellipsoid 12.7 mL": ellipsoid(18, 14, 12),
        "ellipsoid 60 mL": ellipsoid(30, 24, 20),
        "lobulated 8 mL": lobulated(8, 7),
        "tube 9 mL": tube(20, 7.5),
        "box 8 mL": box(14, 10, 8),
        "plate 9 mL": box(20, 15, 4.5, 1.5),
    }
    recipes = [Recipe(name, shape) for name, shape in shapes.items()]
    middle = shapes["ellipsoid 12.7 mL"]
    recipes += [
        Recipe("filled", middle, rim_mm=0),
        Recipe("thin rim", middle, rim_mm=1.5),
        Recipe("faint rim", middle, rim=400),
        Recipe("in fat", middle, around=FAT),
        Recipe("open rim", middle, opening=0.15),
        Recipe("beside bone", middle, bone_gap_mm=2.0),
        Recipe("1 mm slices", middle, spacing=(1.0, 0.7, 0.7)),
        Recipe("5 mm slices", ellipsoid(30, 24, 20), spacing=(5.0, 0.8, 0.8)),
        Recipe("gap 1 mm", middle, gap_mm=1.0),
        Recipe("gap 8 mm", middle, gap_mm=8.0),
        Recipe("clean", middle, noise=0.0, blur_mm=0.0),
    ]
    return [replace(recipe, seed=seed * 1000 + index) for index, recipe in enumerate(recipes)]
