"""What the programs do, in Triton.  `kernels.Walk` says which program goes where.

Sums and statistics are taken lane by lane down the rows, then over the lanes of a channel, and last over the programs.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def _columns(columns, BLOCK: tl.constexpr):
    column = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    return column, column < columns


@triton.jit
def _stretch(rows, stretch):
    first = tl.program_id(1) * stretch
    return first, tl.minimum(first + stretch, rows)


@triton.jit
def _places(row, last, column, inside, columns):
    return row.to(tl.int64)[:, None] * columns + column[None, :], (row < last)[:, None] & inside[None, :]


@triton.jit
def _by_group(vector, BLOCK: tl.constexpr, GROUP: tl.constexpr):
    return tl.reshape(vector, (BLOCK // GROUP, GROUP))


@triton.jit
def _store_groups(first, second, one, two, columns, BLOCK: tl.constexpr, GROUP: tl.constexpr):
    group = tl.program_id(0) * (BLOCK // GROUP) + tl.arange(0, BLOCK // GROUP)
    place, inside = tl.program_id(1) * (columns // GROUP) + group, group < columns // GROUP
    tl.store(first + place, one, mask=inside)
    tl.store(second + place, two, mask=inside)


@triton.jit
def statistics(x, means, deviations, rows, columns, plane, stretch,
               ROWS: tl.constexpr, BLOCK: tl.constexpr, GROUP: tl.constexpr):
    """Mean and Σ(x − mean)² of each group of columns over a stretch of rows, x taken from its channel's first value.

    Welford's recurrence (1962) in every lane, then Chan, Golub & LeVeque's rule (1979) over lanes: no cancellation.
    """
    column, inside = _columns(columns, BLOCK)
    first, last = _stretch(rows, stretch)
    origin = tl.load(x + column // plane * plane, mask=inside, other=0).to(tl.float32)
    mean = tl.zeros((ROWS, BLOCK), tl.float32)
    deviation = tl.zeros((ROWS, BLOCK), tl.float32)
    seen = 0.0
    for start in range(first, last, ROWS):
        seen += 1.0
        row = start + tl.arange(0, ROWS)
        place, here = _places(row, last, column, inside, columns)
        value = tl.load(x + place, mask=here, other=0).to(tl.float32) - origin[None, :]
        away = tl.where(here, value - mean, 0.0)
        mean += away * (1.0 / seen)
        deviation += away * (value - mean)
    total = (last - first).to(tl.float32)
    lane = tl.arange(0, ROWS)
    count = tl.maximum((last - first - lane + ROWS - 1) // ROWS, 0).to(tl.float32)[:, None]  # rows each lane has seen
    centre = tl.sum(count * mean, 0) / total
    apart = mean - centre[None, :]
    deviation = tl.sum(deviation + count * apart * apart, 0)
    centres = _by_group(centre, BLOCK, GROUP)
    middle = tl.sum(centres, 1) / GROUP
    apart = centres - middle[:, None]
    deviation = tl.sum(_by_group(deviation, BLOCK, GROUP) + total * apart * apart, 1)
    _store_groups(means, deviations, middle, deviation, columns, BLOCK, GROUP)


@triton.jit
def normalize(x, y, mean, rstd, weight, bias, rows, columns, plane,
              stretch, ROWS: tl.constexpr, BLOCK: tl.constexpr):
    """y = (x − mean)·rstd·γ + β."""
    column, inside = _columns(columns, BLOCK)
    first, last = _stretch(rows, stretch)
    channel = column // plane
    centre = tl.load(mean + channel, mask=inside, other=0).to(tl.float32)[None, :]
    scale = tl.load(rstd + channel, mask=inside, other=0).to(tl.float32)
    shift = tl.zeros((BLOCK,), tl.float32)
    if weight is not None:
        scale *= tl.load(weight + channel, mask=inside, other=0).to(tl.float32)
    if bias is not None:
        shift += tl.load(bias + channel, mask=inside, other=0).to(tl.float32)
    for start in range(first, last, ROWS):
        place, here = _places(start + tl.arange(0, ROWS), last, column, inside, columns)
        value = tl.load(x + place, mask=here, other=0).to(tl.float32)
        tl.store(y + place, ((value - centre) * scale[None, :] + shift[None, :]).to(y.dtype.element_ty), mask=here)


@triton.jit
def sums(dy, x, mean, first_sum, second_sum, rows, columns, plane, stretch,
         ROWS: tl.constexpr, BLOCK: tl.constexpr, GROUP: tl.constexpr):
    """Σdy and Σdy·(x − mean) of each group of columns over a stretch of rows."""
    column, inside = _columns(columns, BLOCK)
    first, last = _stretch(rows, stretch)
    centre = tl.load(mean + column // plane, mask=inside, other=0).to(tl.float32)[None, :]
    plain = tl.zeros((ROWS, BLOCK), tl.float32)
    weighted = tl.zeros((ROWS, BLOCK), tl.float32)
    for start in range(first, last, ROWS):
        place, here = _places(start + tl.arange(0, ROWS), last, column, inside, columns)
        slope = tl.load(dy + place, mask=here, other=0).to(tl.float32)
        plain += slope
        weighted += slope * (tl.load(x + place, mask=here, other=0).to(tl.float32) - centre)
    _store_groups(
        first_sum, second_sum, tl.sum(_by_group(tl.sum(plain, 0), BLOCK, GROUP), 1),
        tl.sum(_by_group(tl.sum(weighted, 0), BLOCK, GROUP), 1), columns, BLOCK, GROUP)


@triton.jit
def input_gradient(dy, x, dx, mean, rstd, weight, mean_dy, mean_dy_xhat,
                   rows, columns, plane, stretch, ROWS: tl.constexpr, BLOCK: tl.constexpr):
    """dx = γ·rstd·(dy − mean(dy) − xhat·mean(dy·xhat))."""
    column, inside = _columns(columns, BLOCK)
    first, last = _stretch(rows, stretch)
    channel = column // plane
    centre = tl.load(mean + channel, mask=inside, other=0)[None, :]
    scale = tl.load(rstd + channel, mask=inside, other=0)
    along_x = (scale * tl.load(mean_dy_xhat + channel, mask=inside, other=0))[None, :]
    shared = tl.load(mean_dy + channel, mask=inside, other=0)[None, :]
    if weight is not None:
        scale *= tl.load(weight + channel, mask=inside, other=0).to(tl.float32)
    for start in range(first, last, ROWS):
        place, here = _places(start + tl.arange(0, ROWS), last, column, inside, columns)
        slope = tl.load(dy + place, mask=here, other=0).to(tl.float32)
        value = tl.load(x + place, mask=here, other=0).to(tl.float32)
        result = (slope - shared - (value - centre) * along_x) * scale[None, :]
        tl.store(dx + place, result.to(dx.dtype.element_ty), mask=here)


@triton.jit
def _entries(start, channels, per_channel, parts, MANY: tl.constexpr, WIDTH: tl.constexpr):
    """Where `MANY` of the partial results of `WIDTH` channels lie, whether they exist, and from which part they are."""
    entry = start + tl.arange(0, MANY)
    part = entry // per_channel
    channel = tl.program_id(0) * WIDTH + tl.arange(0, WIDTH)
    place = (part * channels * per_channel + entry % per_channel)[:, None] + channel[None, :] * per_channel
    return place, (part < parts)[:, None] & (channel < channels)[None, :], part


@triton.jit
def combine(x, means, deviations, mean, var, channels, per_channel, parts,
            rows, stretch, group, plane, MANY: tl.constexpr, WIDTH: tl.constexpr):
    """Mean and biased variance of each channel: the variance within the parts and that between their means."""
    total = rows.to(tl.float32) * plane
    weighted = tl.zeros((WIDTH,), tl.float32)
    for start in range(0, parts * per_channel, MANY):
        place, here, part = _entries(start, channels, per_channel, parts, MANY, WIDTH)
        count = (tl.minimum(stretch, rows - part * stretch) * group).to(tl.float32)[:, None]
        weighted += tl.sum(tl.where(here, count * tl.load(means + place, mask=here, other=0), 0.0), 0)
    centre = weighted / total
    deviation = tl.zeros((WIDTH,), tl.float32)
    for start in range(0, parts * per_channel, MANY):
        place, here, part = _entries(start, channels, per_channel, parts, MANY, WIDTH)
        count = (tl.minimum(stretch, rows - part * stretch) * group).to(tl.float32)[:, None]
        apart = tl.load(means + place, mask=here, other=0) - centre[None, :]
        within = tl.load(deviations + place, mask=here, other=0)
        deviation += tl.sum(tl.where(here, within + count * apart * apart, 0.0), 0)
    channel = tl.program_id(0) * WIDTH + tl.arange(0, WIDTH)
    inside = channel < channels
    origin = tl.load(x + channel * plane, mask=inside, other=0).to(tl.float32)
    tl.store(mean + channel, origin + centre, mask=inside)
    tl.store(var + channel, deviation / total, mask=inside)


@triton.jit
def add(rstd, first_sum, second_sum, dbeta, dgamma, channels, per_channel,
        parts, rows, stretch, group, plane, MANY: tl.constexpr, WIDTH: tl.constexpr):
    """Σdy and Σdy·xhat of each channel."""
    plain = tl.zeros((WIDTH,), tl.float32)
    weighted = tl.zeros((WIDTH,), tl.float32)
    for start in range(0, parts * per_channel, MANY):
        place, here, _ = _entries(start, channels, per_channel, parts, MANY, WIDTH)
        plain += tl.sum(tl.load(first_sum + place, mask=here, other=0), 0)
        weighted += tl.sum(tl.load(second_sum + place, mask=here, other=0), 0)
    channel = tl.program_id(0) * WIDTH + tl.arange(0, WIDTH)
    inside = channel < channels
    tl.store(dbeta + channel, plain, mask=inside)
    tl.store(dgamma + channel, weighted * tl.load(rstd + channel, mask=inside, other=0), mask=inside)
