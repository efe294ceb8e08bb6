"""Scenes made without a fault, at any frame rate, that no limit was tuned on (seeds are chosen when
they are asked for): what cameras see that drive, hang over a square or shake in a hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from labeling.quality.tracks import Attribute, Flags, Floats, Tracks

PICTURE = np.array([1280.0, 720.0])


@dataclass(frozen=True, eq=False)
class Seen:
    """Objects as they are: `corners` (frames × objects × left, top, right, bottom) and `there`,
    whether an annotator sees each."""

    corners: Floats
    there: Flags


def labeled(seen: Seen, random: Generator, *, error: float = 1.0, renamed: bool = False) -> Tracks:
    """What a careful annotator draws: edges off by `error` pixels (whole pixels), cut at the
    border. `renamed`: what was away gets a new name when it comes back."""
    limits = np.concatenate([PICTURE, PICTURE])
    drawn = seen.corners + random.normal(0, error, seen.corners.shape)
    drawn = np.clip(np.round(drawn), 0, limits)
    shape = drawn[..., 2:] - drawn[..., :2]
    inside = np.clip(seen.corners, 0, limits)
    there = seen.there & (inside[..., 2:] - inside[..., :2] >= 6).all(axis=2)
    there &= (shape >= 1).all(axis=2)
    frames, objects = there.shape
    begins = there & ~np.vstack([np.zeros((1, objects), bool), there[:-1]])
    life = np.cumsum(begins, axis=0) if renamed else np.ones_like(begins, dtype=np.int64)
    frame, thing = np.nonzero(there)
    _, track = np.unique(np.stack([thing, life[frame, thing]]), axis=1, return_inverse=True)
    track = track.ravel()
    return Tracks(
        frame=frame,
        track=track,
        label=np.zeros(len(frame), np.int64),
        x=drawn[frame, thing, 0],
        y=drawn[frame, thing, 1],
        w=shape[frame, thing, 0],
        h=shape[frame, thing, 1],
        frames=tuple(f"{number:06}.jpg" for number in range(frames)),
        track_names=tuple(f"object:{number}" for number in range(int(track.max(initial=-1)) + 1)),
        label_names=("object", "other"),
        picture=(float(PICTURE[0]), float(PICTURE[1])),
        attributes={"color": Attribute(track % 3, ("red", "green", "blue"))},
    )


def _smooth(random: Generator, shape: tuple[int, ...], over: float, size: float) -> Floats:
    """Random walks that turn slowly: `size` large, changing over `over` frames."""
    values = np.zeros(shape)
    keep = np.exp(-1.0 / max(over, 0.2))
    value = random.normal(0, size, shape[1:])
    for frame in range(shape[0]):
        values[frame] = value
        value = keep * value + (1 - keep**2) ** 0.5 * random.normal(0, size, shape[1:])
    return values


def _shown(depth: Floats, corners: Floats, *, hidden: float) -> Flags:
    """Objects in the picture of which no nearer one covers `hidden` of the box."""
    cut = np.clip(corners, 0, np.concatenate([PICTURE, PICTURE]))
    area = np.prod(np.clip(cut[..., 2:] - cut[..., :2], 0, None), axis=2)
    there = (depth > 0) & (area > 60) & (cut[..., 3] - cut[..., 1] > 8)
    for frame in range(len(corners)):
        box = cut[frame]
        low = np.maximum(box[:, None, :2], box[None, :, :2])
        high = np.minimum(box[:, None, 2:], box[None, :, 2:])
        share = np.prod(np.clip(high - low, 0, None), axis=2) / np.maximum(area[frame], 1)[:, None]
        nearer = (depth[frame][None, :] < depth[frame][:, None]) & there[frame][None, :]
        there[frame] &= ~((share * nearer).max(axis=1) > hidden)
    return np.asarray(there)


def _visible(depth: Floats, corners: Floats, there: Flags) -> Floats:
    """Boxes around what a nearer one leaves to be seen, where it covers a whole side."""
    out = corners.copy()
    for frame, here in enumerate(there):
        for thing in np.flatnonzero(here).tolist():
            box = out[frame, thing]
            for other in np.flatnonzero(here & (depth[frame] < depth[frame, thing])).tolist():
                by = corners[frame, other]
                if by[1] <= box[1] + 2 and by[3] >= box[3] - 2:
                    if by[0] <= box[0] < by[2] < box[2]:
                        box[0] = by[2]
                    elif by[0] < box[2] <= by[2] and by[0] > box[0]:
                        box[2] = by[0]
                if by[0] <= box[0] + 2 and by[2] >= box[2] - 2 and box[1] < by[1] < box[3]:
                    box[3] = by[1]
    return out


def driving(
    rate: float, random: Generator, *, seconds: float = 40.0, around_visible: bool = False
) -> Tracks:
    """From a car that brakes and turns: cars before it, beside it and towards it, people on the
    pavement, from 90 metres on; what is hidden to 80 % by a labeled one is left out. Boxes around
    the whole object, or around what is visible."""
    frames = int(seconds * rate)
    time = np.arange(frames) / rate
    speed = np.clip(9 + 6 * np.sin(time / 5 + random.uniform(0, 6)), 0, None)
    way = np.cumsum(speed) / rate
    turn = _smooth(random, (frames,), 3 * rate, 0.03)
    cars, people = 40, 25
    lane = np.concatenate(
        [random.choice([-7.0, -3.5, 3.5, 7.0], cars), random.choice([-9.0, 9.0], people)]
    )
    lane = lane + random.normal(0, 0.3, len(lane))
    own = np.concatenate(
        [
            np.where(lane[:cars] < 0, -10.0, 8.0) + random.normal(0, 2, cars),
            random.normal(0, 1.2, people),
        ]
    )
    own[:cars] *= random.random(cars) < 0.7
    begun = random.uniform(-40, 500, cars + people)
    width = np.concatenate([random.uniform(1.7, 2.4, cars), random.uniform(0.5, 0.8, people)])
    height = np.concatenate([random.uniform(1.4, 2.8, cars), random.uniform(1.5, 1.9, people)])
    depth = begun + own * time[:, None] - way[:, None]
    near = np.clip(depth, 1.0, None)
    focus = 900.0
    x = PICTURE[0] / 2 + focus * (lane / near) + focus * turn[:, None]
    pitch = _smooth(random, (frames,), 0.4 * rate, 4.0)[:, None]
    bottom = PICTURE[1] * 0.5 + focus * 1.5 / near + pitch
    half = focus * width / near / 2
    corners = np.stack([x - half, bottom - focus * height / near, x + half, bottom], axis=2)
    depth = np.where((depth > 3) & (depth < 90), depth, -1.0)
    there = _shown(depth, corners, hidden=0.8)
    if around_visible:
        corners = _visible(depth, corners, there)
    return labeled(Seen(corners, there), random)


def square(
    rate: float,
    random: Generator,
    *,
    seconds: float = 40.0,
    people: int = 30,
    pillars: int = 0,
    doors: bool = False,
    keyframes: float = 0.0,
    renamed: bool = True,
) -> Tracks:
    """People on a square, from a camera that hangs above it: they cross each other and leave over
    the border, or (`doors`) come and go inside the picture; behind `pillars` they are not labeled,
    and (`renamed`) have another name behind. `keyframes`: drawn that many seconds apart, on a
    straight line in between."""
    frames = int(seconds * rate)
    time = np.arange(frames) / rate
    pace = random.uniform(40, 130, people) * random.choice([-1, 1], people)
    drift = _smooth(random, (frames, people), 4 * rate, 15.0)
    foot = np.cumsum(drift, axis=0) / rate + random.uniform(250, 680, people)
    foot = np.clip(foot, 200, 715)
    start = np.where(pace > 0, -100.0, PICTURE[0] + 100)
    begun = random.uniform(-15, seconds, people)
    sway = _smooth(random, (frames, people), 2 * rate, 12.0) * (time[:, None] >= begun)
    walked = np.clip(time[:, None] - begun, 0, None)
    x = start + pace * walked + np.cumsum(sway, axis=0) / rate
    height = 0.28 * foot * random.uniform(0.9, 1.1, people)
    stride = 0.34 + 0.06 * np.sin(2 * np.pi * (time[:, None] * 1.0 + random.uniform(0, 1, people)))
    half = height * stride / 2
    corners = np.stack([x - half, foot - height, x + half, foot], axis=2)
    there = (x > -60) & (x < PICTURE[0] + 60) & (time[:, None] >= begun)
    for _ in range(pillars):
        at, wide = random.uniform(200, 1000), random.uniform(60, 160)
        there &= ~((x > at - wide / 2) & (x < at + wide / 2))
    if doors:
        come, go = random.uniform(100, 600, people), random.uniform(650, 1180, people)
        there &= (x > come) & (x < go)
    if keyframes:
        corners = _between_keys(corners, max(1, round(keyframes * rate)))
    error = 0.4 if keyframes else 1.0
    return labeled(Seen(corners, there), random, error=error, renamed=renamed)


def _between_keys(corners: Floats, every: int) -> Floats:
    frames = np.arange(len(corners))
    keys = np.unique(np.append(frames[::every], frames[-1]))
    flat = corners.reshape(len(corners), -1)
    lines = [np.interp(frames, keys, column[keys]) for column in flat.T]
    return np.stack(lines, axis=1).reshape(corners.shape)


def thrown(rate: float, random: Generator, *, seconds: float = 40.0, balls: int = 8) -> Tracks:
    """Balls that fall and bounce, birds that turn sharply, everything small and fast, labeled from
    when it is thrown until it is caught."""
    frames = int(seconds * rate)
    time = np.arange(frames) / rate
    size = random.uniform(8, 24, balls)
    period = random.uniform(0.7, 1.8, balls)
    phase = (time[:, None] / period + random.uniform(0, 1, balls)) % 1.0
    y = 600 - 4 * random.uniform(150, 450, balls) * phase * (1 - phase)
    back = np.abs(
        (time[:, None] * random.uniform(0.05, 0.4, balls) + random.uniform(0, 2, balls)) % 2 - 1
    )
    x = 60 + 1150 * back
    birds = balls
    way = np.cumsum(_smooth(random, (frames, birds, 2), 0.5 * rate, 300.0), axis=0) / rate
    room = PICTURE - 80
    fold = np.abs((way + random.uniform(0, 1, (birds, 2)) * room) % (2 * room) - room) + 40
    x, y = np.hstack([x, fold[..., 0]]), np.hstack([y, fold[..., 1]])
    size = np.concatenate([size, random.uniform(8, 24, birds)])
    corners = np.stack([x - size / 2, y - size / 2, x + size / 2, y + size / 2], axis=2)
    begun = random.uniform(-10, 0.7 * seconds, 2 * balls)
    life = random.uniform(0.2, 0.8, 2 * balls) * seconds
    there = (time[:, None] >= begun) & (time[:, None] < begun + life)
    return labeled(Seen(corners, there), random)


def handheld(rate: float, random: Generator, *, seconds: float = 40.0, objects: int = 7) -> Tracks:
    """A camera in a hand that shakes, pans and zooms, over objects that hardly move; they are
    labeled when somebody notices them and until somebody stops."""
    frames = int(seconds * rate)
    time = np.arange(frames) / rate
    pan = _smooth(random, (frames, 2), 3 * rate, 120.0) + _smooth(
        random, (frames, 2), 0.15 * rate, 6.0
    )
    zoom = np.exp(_smooth(random, (frames,), 4 * rate, 0.25))[:, None, None]
    place = random.uniform(-0.7, 0.7, (objects, 2)) * PICTURE / 1.2
    own = np.cumsum(_smooth(random, (frames, objects, 2), 2 * rate, 12.0), axis=0) / rate
    middle = (place + own) * zoom + pan[:, None, :] + PICTURE / 2
    half = (
        np.column_stack([random.uniform(15, 90, objects), random.uniform(15, 90, objects)]) * zoom
    )
    corners = np.concatenate([middle - half, middle + half], axis=2)
    begun = np.where(random.random(objects) < 0.5, 0, random.uniform(0, seconds / 2, objects))
    ended = np.where(
        random.random(objects) < 0.5, seconds, random.uniform(seconds / 2, seconds, objects)
    )
    inside = ((middle > 0) & (middle < PICTURE)).all(axis=2)
    there = inside & (time[:, None] >= begun) & (time[:, None] < ended)
    return labeled(Seen(corners, there), random, renamed=True)


def aerial(rate: float, random: Generator, *, seconds: float = 40.0, cars: int = 50) -> Tracks:
    """Small cars on two streets from a drone that drifts; under a bridge nothing is labeled."""
    frames = int(seconds * rate)
    time = np.arange(frames) / rate
    turned = random.random(cars) < 0.5
    speed = random.uniform(40, 220, cars) * random.choice([-1, 1], cars)
    span = np.where(turned, PICTURE[1], PICTURE[0]) + 60
    along = (random.uniform(0, 2, cars) * span + speed * time[:, None]) % (2 * span) - 30
    across = np.where(turned, 500.0, 300.0) + random.choice([-30, -10, 10, 30], cars)
    drift = _smooth(random, (frames, 2), 3 * rate, 15.0)
    x = np.where(turned, across, along) + drift[:, :1]
    y = np.where(turned, along, across) + drift[:, 1:]
    half_x, half_y = np.where(turned, 6.0, 13.0), np.where(turned, 13.0, 6.0)
    corners = np.stack([x - half_x, y - half_y, x + half_x, y + half_y], axis=2)
    under = ~turned & (x > 800) & (x < 860)
    there = (along > -30) & (along < span) & ~under
    return labeled(Seen(corners, there), random, error=0.6, renamed=True)


World = Callable[[float, Generator], Tracks]

WORLDS: Mapping[str, World] = {
    "driving": driving,
    "driving, around what is visible": lambda rate, random: driving(
        rate, random, around_visible=True
    ),
    "square": square,
    "crowded square": lambda rate, random: square(rate, random, people=90),
    "square with keyframes": lambda rate, random: square(rate, random, keyframes=1.0),
    "square with pillars": lambda rate, random: square(rate, random, people=8, pillars=2),
    "square with doors": lambda rate, random: square(rate, random, people=12, doors=True),
    "four people, doors": lambda rate, random: square(
        rate, random, people=4, doors=True, seconds=25
    ),
    "thrown": thrown,
    "handheld": handheld,
    "aerial": aerial,
}
RATES = (1.0, 2.0, 5.0, 10.0, 30.0)
