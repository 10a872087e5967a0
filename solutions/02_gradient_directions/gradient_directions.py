# %% [markdown]
# # Lesson 02: gradients and directions
#
# **You will be able to**
#
# - turn any function into numbers for its gradient, without a single rule of calculus, and say how far to trust them;
# - compute the slope of a surface along any direction, and say which direction is the steepest and how steep it is;
# - compare two gradients so that the comparison means something;
# - say what a gradient check proves, and what it cannot prove.
#
# **Time:** about 75 minutes. **Graded:** four functions (10 points) and two questions in prose (4 points).
#
# **What you need from before**, said once more so that nothing here depends on an earlier answer:
#
# - The partial derivative $\partial f/\partial x_i$ is the slope of $f$ when $x_i$ alone moves. All of them together
#   are the gradient $\nabla f$; it has the shape of $x$.
# - Angles are in radians: a full turn is $2\pi$. A direction in the plane is $u=(\cos\theta,\sin\theta)$; its length
#   is 1 for every $\theta$.
# - A batch `x` has shape $(N, D)$: $N$ examples as rows, $D$ features as columns.
# - A line `claim 7: T` holds a sentence from lecture notes against the numbers: T for true, F for false, D for "it
#   depends". A line `effect: …` gives one finding as mean ± standard deviation over five seeds, and in how many of the
#   five it is above 0.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)

# %% [markdown]
# The demonstrations need a little more. Your answers never do.

# %%
from bnlib import data, plots, widgets
from bnlib.findings import effect

SEEDS = range(5)

# %% [markdown]
# ## 1. A puzzle: the slope that gets worse when you look closer
#
# The derivative of $\sqrt x$ is $\frac1{2\sqrt x}$, so at $x=1$ it is 0.5. Suppose you had forgotten that. You could
# measure it: step a little to the right, see how much the function rose, divide by the step.
#
# $$\frac{f(x+h)-f(x)}{h}$$
#
# The definition of the derivative lets $h$ go to 0. So the smaller $h$, the better the answer: $h=10^{-2}$ is coarse,
# $10^{-8}$ is fine, $10^{-16}$ must be nearly perfect.
#
# **Predict first.** How many correct digits do you get with $h=10^{-16}$? Write your guess as a number.

# %%
guess = None  # for example 15

# %%
for h in (1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14, 1e-16):
    slope = (np.sqrt(1 + h) - np.sqrt(1)) / h
    print(f"h = {h:.0e}   slope = {slope:.12f}   error = {abs(slope - 0.5):.1e}")
print("your guess:", guess)

# %% [markdown]
# With $h=10^{-16}$ the slope is **zero**: not a bad answer, no answer. Near 1, a computer's numbers are
# $2.2\cdot10^{-16}$ apart, so $1+10^{-16}$ *is* 1, and the function has not moved. The best answer lies somewhere in
# the middle, and this lesson says where. We need to know, because from lesson 04 on a numerical gradient will be the
# judge of every formula you derive, and a judge should know how well he sees.

# %% [markdown]
# ## 2. Central differences
#
# Two things go wrong with a difference quotient, and they pull in opposite directions.
#
# **Truncation.** Taylor's formula, with a step to the right and one to the left:
#
# $$f(x\pm h)=f(x)\pm h f'(x)+\tfrac{h^2}{2}f''(x)\pm\tfrac{h^3}{6}f'''(x)+\dots$$
#
# One-sided: $\dfrac{f(x+h)-f(x)}{h}=f'(x)+\dfrac h2 f''(x)+\dots$, an error of order $h$. Subtract the two lines
# instead, and $f(x)$ *and* the $f''$ term cancel:
#
# $$\frac{f(x+h)-f(x-h)}{2h}=f'(x)+\frac{h^2}{6}f'''(x)+\dots$$
#
# an error of order $h^2$, and still two evaluations. Mind the $2h$: that is how far apart the two points are.
#
# **Rounding.** Each value of $f$ is only known to a relative $\varepsilon\approx10^{-16}$. The difference inherits that
# absolute error, and dividing by $2h$ blows it up to about $\varepsilon|f|/h$, which *grows* as $h$ shrinks.
#
# The sum, $\frac{h^2}{6}|f'''|+\varepsilon|f|/h$, is smallest near $h\approx\varepsilon^{1/3}\approx 10^{-5}$. That
# is where the default below comes from.
#
# For a function of many numbers, do this to one entry of $x$ at a time, and **put the entry back** before you move
# the next. The result has the shape of $x$, whatever that shape is.
#
# **Exercise 1.** Write it for an $x$ of any shape. `np.ndindex(x.shape)` walks through all index tuples. Beware of an
# `x` of integers: stored into an integer array, $3+10^{-5}$ is 3 again.

# %% solution="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x by central differences, in x's shape.

    f takes an array of x's shape, which may be (), and returns a number. x is left as it was.
    """
    # about nine lines
    ### BEGIN SOLUTION
    point = np.array(x, dtype=float)  # a copy: the caller's x stays as it is
    grad = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        kept = point[index]
        point[index] = kept + h
        above = f(point)
        point[index] = kept - h
        below = f(point)
        point[index] = kept
        grad[index] = (above - below) / (2 * h)
    return grad
    ### END SOLUTION

# %% tests="numerical_gradient_check" points=4
check("numerical_gradient", numerical_gradient)

# %% [markdown]
# ### What it does: the U
#
# Now your function can draw the picture of the puzzle. Below, the error of $\partial f/\partial x$ for
# $f(x)=\sum\sin(x)$ at ten random points, for $h$ from $10^{-13}$ to 1, with central differences (yours) and one-sided
# ones. On log axes, an error $h^p$ is a straight line of slope $p$.

# %%
steps = np.logspace(-13, 0, 53)


def sines(x):
    return np.sin(x).sum()


def one_sided(f, x, h):
    return np.array([(f(x + h * unit) - f(x)) / h for unit in np.eye(len(x))])


errors = np.zeros((len(SEEDS), 2, len(steps)))
for seed in SEEDS:
    x = np.random.default_rng(seed).normal(size=10)
    for k, h in enumerate(steps):
        for j, method in enumerate((numerical_gradient, one_sided)):
            errors[seed, j, k] = np.abs(method(sines, x, h) - np.cos(x)).max()
central, forward = errors.mean(axis=0)

fig, ax = plots.new(height=3.4)
ax.loglog(steps, central, color=plots.BLUE, label="central (yours)")
ax.loglog(steps, forward, color=plots.ORANGE, ls="--", label="one-sided")
ax.set(xlabel="step h", ylabel="largest error of the gradient")
ax.annotate("rounding: slope −1", (1e-12, 1e-3), color=plots.BLACK)
ax.annotate("truncation: slope 2", (1.5e-3, 1e-8), color=plots.BLACK)
ax.annotate("truncation: slope 1", (4e-7, 2.5e-3), color=plots.BLACK)
ax.legend(loc="lower left")
plots.show(fig, alt="Error of the gradient against the step h on log axes. Both curves fall and rise again like a U. "
           "From the left both fall with slope minus one; to the right central differences rise with slope two, "
           "one-sided ones with slope one. Central differences are best near 1e-5, one-sided near 1e-8.")

# %%
def slope_of(low, high, error):
    """Slope of log error against log h between two steps."""
    part = (steps > low) & (steps < high)
    return np.polyfit(np.log(steps[part]), np.log(error[part]), 1)[0]


print(f"central:   slope {slope_of(1e-13, 1e-7, central):+.1f} where rounding rules, "
      f"{slope_of(1e-3, 1e-1, central):+.1f} where truncation does")
print(f"one-sided: slope {slope_of(1e-13, 1e-9, forward):+.1f} and {slope_of(1e-6, 1e-1, forward):+.1f}")
print(f"best step: 1e{round(np.log10(steps[central.argmin()]))} (central, error below 1e-9: {central.min() < 1e-9}), "
      f"1e{round(np.log10(steps[forward.argmin()]))} (one-sided, error below 1e-9: {forward.min() < 1e-9})")

# %% [markdown]
# Central differences get three more digits than one-sided ones, for less than twice the calls: $2D$ for $D$ numbers,
# where one-sided ones can share $f(x)$ and need $D+1$. Remember the bottom of the blue U: at $h=10^{-5}$ a *right*
# gradient shows an error of about $10^{-11}$ to $10^{-10}$, never 0. And remember its sides: a check with a clever
# $h=10^{-12}$ condemns innocent formulas.

# %% [markdown]
# ## 3. Along any direction
#
# A gradient holds the slopes along the axes. But a step of gradient descent does not go along an axis. How steep is
# the surface along $u=(\cos\theta,\sin\theta)$? Walk a distance $t$ that way and take the limit:
#
# $$D_uf=\lim_{t\to0}\frac{f(x+t\cos\theta,\;y+t\sin\theta)-f(x,y)}{t}.$$
#
# If $f$ is **differentiable** at the point, it is a plane plus something that vanishes faster than the distance:
#
# $$f(x+t\cos\theta,\,y+t\sin\theta)-f(x,y)=\frac{\partial f}{\partial x}\,t\cos\theta
# +\frac{\partial f}{\partial y}\,t\sin\theta+o(t).$$
#
# Divide by $t$, let $t\to0$, and the last term is gone:
#
# $$D_uf=\frac{\partial f}{\partial x}\cos\theta+\frac{\partial f}{\partial y}\sin\theta=\nabla f\cdot u .$$
#
# Two numbers, the gradient, hold the slope in *every* direction. The direction must have length 1, or we would
# measure the slope per some other unit of length.
#
# **Exercise 2.** Write it. `theta` may be a number or an array of any shape; the result has its shape.

# %% solution="directional_derivative"
def directional_derivative(grad, theta):
    """The slope along (cos θ, sin θ): grad (2,), theta in radians, a number or an array -> theta's shape.

    No argument is changed; grad may hold whole numbers.
    """
    # one line
    ### BEGIN SOLUTION
    return grad[0] * np.cos(theta) + grad[1] * np.sin(theta)
    ### END SOLUTION

# %% tests="directional_derivative_check" points=2
check("directional_derivative", directional_derivative)

# %% [markdown]
# ### What it does: a walk that agrees
#
# On the surface $f(x,y)=x^2+3y^2+xy$ we stand at $(1,\,0.5)$, where the gradient is $(2.5,\,4)$. Your formula,
# against an actual walk of a millionth in each of 360 directions.

# %% claims="7"
def surface(p):
    return p[0] ** 2 + 3 * p[1] ** 2 + p[0] * p[1]


def strange(x, y):
    """And 0 at the origin."""
    return x**2 * y / (x**4 + y**2)


point = np.array([1.0, 0.5])
grad = numerical_gradient(surface, point)
angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
walked = np.array([(surface(point + 1e-6 * np.array([np.cos(a), np.sin(a)])) - surface(point)) / 1e-6 for a in angles])
gap = np.abs(walked - directional_derivative(grad, angles)).max()

t = 1e-6
slopes = np.array([strange(t * np.cos(a), t * np.sin(a)) / t for a in (0.5, 1.0, 2.0)])
exact = np.array([np.cos(a) ** 2 / np.sin(a) for a in (0.5, 1.0, 2.0)])
on_parabola = strange(t, t**2)
print(f"x²y/(x⁴+y²) at 0: slopes along three directions {slopes}, as computed by hand {exact};")
print(f"along the axes the slopes are {strange(t, 0.0) / t:.0f} and {strange(0.0, t) / t:.0f}, so ∇f = 0 and ∇f·u = 0: "
      "the formula fails;")
print(f"along the parabola y = x², at a distance of a millionth, it is {on_parabola:.1f}: not even continuous.")
print("claim 7: T — D_u f = fx cos θ + fy sin θ where f is differentiable: over 360 directions a walk of a millionth "
      f"differs from the formula by {gap:.0e} at most; where f is not, as in x²y/(x⁴+y²) at 0, slopes of "
      f"{exact.min():.2f} to {exact.max():.2f} stand against a formula that says 0")

# %%
far = np.logspace(-4, 0, 50)
fig, ax = plots.new()
for a, colour, style in ((0.5, plots.BLUE, "-"), (1.0, plots.ORANGE, "--"), (2.0, plots.GREEN, "-.")):
    ax.semilogx(far, strange(far * np.cos(a), far * np.sin(a)), color=colour, ls=style, label=f"straight, θ = {a}")
ax.semilogx(far, strange(far, far**2), color=plots.BLACK, ls=":", lw=2, label="parabola y = x²")
ax.set(xlabel="distance from the origin (along the parabola: x)", ylabel="x²y / (x⁴ + y²)", ylim=(-0.03, 0.56))
ax.legend(loc="center left")
plots.show(fig, alt="The function x²y/(x⁴+y²) against the distance from the origin, on a log axis. Along three "
           "straight lines it falls to 0 as the origin comes near; along the parabola it stays at one half.")

# %% [markdown]
# The strange function deserves a minute. It has a slope in *every* direction at the origin, and yet no plane fits
# it there: come in along a straight line and it goes to 0, come in along the parabola $y=x^2$ and it is $\frac12$
# all the way. "It has directional derivatives" is less than "it is differentiable". The notes' formula needs the
# second, and they say so. (ReLU networks have kinks where neither holds. A random point lies *on* a kink with
# probability zero, but a step of $h$ can straddle one: the usual reason why a right formula fails its check in a
# single entry.)
#
# ### The term that vanishes faster
#
# The proof leaned on $o(t)$: the error of the tangent plane, divided by $t$, goes to 0. How fast does it really go?
# For a function with second derivatives the error is about $\frac{t^2}{2}u^\top H u$, with $H$ the matrix of second
# derivatives: ten times closer, a hundred times smaller.

# %% claims="8"
def bumpy(p):
    return np.exp(0.3 * p[0]) * np.cos(p[1]) + p[0] * p[1]


walks = np.logspace(-4, 0, 25)
leftover = np.zeros((len(SEEDS), len(walks)))
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    place, a = rng.normal(size=2), rng.uniform(0, 2 * np.pi)
    u = np.array([np.cos(a), np.sin(a)])
    slope = directional_derivative(numerical_gradient(bumpy, place), a)
    leftover[seed] = [abs(bumpy(place + t * u) - bumpy(place) - t * slope) for t in walks]
fits = np.array([np.polyfit(np.log(walks[4:15]), np.log(row[4:15]), 1)[0] for row in leftover])
print("claim 8: T — the o(t) term vanishes faster than t: its slope on log axes is "
      f"{fits.mean():.2f} ± {fits.std():.2f} (5 seeds), where t itself has slope 1")
effect(8, "slope of the leftover on log axes, minus that of t", fits - 1)

# %%
fig, ax = plots.new()
for seed, row in enumerate(leftover):
    ax.loglog(walks, row, color=plots.BLUE, alpha=0.6, label="o(t), five places and directions" if seed == 0 else None)
ax.loglog(walks, walks, color=plots.BLACK, ls=":", label="t")
ax.loglog(walks, walks**2, color=plots.ORANGE, ls="--", label="t²")
ax.set(xlabel="distance t", ylabel="error of the tangent plane")
ax.legend()
plots.show(fig, alt="Error of the tangent plane against the distance t on log axes for five random places: five "
           "straight lines parallel to the line t squared, far below the line t for small t.")

# %% [markdown]
# ## 4. The steepest way up
#
# Write $\nabla f\cdot u=\lVert\nabla f\rVert\cos\alpha$, with $\alpha$ the angle between the gradient and $u$
# (which has length 1). Only the cosine depends on where we go. So:
#
# - it is largest for $\alpha=0$: the steepest ascent **is** the direction of the gradient, and the slope there is
#   $\lVert\nabla f\rVert$;
# - it is smallest for $\alpha=\pi$: the steepest descent is $-\nabla f$;
# - it is 0 for $\alpha=\pm\pi/2$: at a right angle to the gradient the slope is 0, so that is how the contour
#   runs.
#
# **Exercise 3.** Give the angle $\theta\in(-\pi,\pi]$ of the steepest ascent and the slope there. Note that
# $\arctan(g_y/g_x)$ cannot tell $(1,1)$ from $(-1,-1)$; NumPy has a function of two arguments that can.

# %% solution="steepest_ascent"
def steepest_ascent(grad):
    """Where f grows fastest, and how fast: grad (2,) -> theta in radians, rate ≥ 0.

    grad is left as it was.
    """
    # about two lines
    ### BEGIN SOLUTION
    theta = np.arctan2(grad[1], grad[0])
    return theta, np.sqrt(grad[0] ** 2 + grad[1] ** 2)
    ### END SOLUTION

# %% tests="steepest_ascent_check" points=2
check("steepest_ascent", steepest_ascent)

# %% [markdown]
# ### What it does: the rose of slopes
#
# Left, the contours of our surface with the gradient's direction at $(1, 0.5)$. Right, the slope in every
# direction as the distance from the centre: a pair of circles through the origin, one for up, one for down. The longest
# spoke *is* the gradient.

# %%
def draw_rose(degrees):
    """Contours with the chosen direction, and the slope over all directions in polar form."""
    theta, rate = steepest_ascent(grad)
    chosen = np.radians(degrees)
    slope = directional_derivative(grad, chosen)
    fig, (left, right) = plots.new(1, 2, width=7.0, height=3.3)
    right.remove()
    right = fig.add_subplot(1, 2, 2, projection="polar")
    xs, ys = np.meshgrid(np.linspace(-1, 3, 80), np.linspace(-1.5, 2.5, 80))
    left.contour(xs, ys, surface((xs, ys)), levels=12, colors="grey", linewidths=0.5, alpha=0.6)
    left.contour(xs, ys, surface((xs, ys)), levels=[surface(point)], colors="black", linewidths=1.3)
    for angle, colour, style, name in ((theta, plots.BLUE, "-", "∇f / ‖∇f‖"), (chosen, plots.RED, "--", "u")):
        tip = point + np.array([np.cos(angle), np.sin(angle)])
        left.annotate("", tip, point, arrowprops={"arrowstyle": "->", "color": colour, "ls": style, "lw": 2,
                                                  "shrinkA": 0, "shrinkB": 0})
        left.plot([], [], color=colour, ls=style, lw=2, label=name)
    left.plot([], [], color="black", label="contour through the point")
    left.plot(*point, "o", color=plots.BLACK)
    left.set(xlabel="x", ylabel="y", aspect="equal")
    left.legend(loc="upper center", bbox_to_anchor=(0.5, 1.26), ncols=2, fontsize=8)
    slopes = directional_derivative(grad, angles)
    for part, colour, style, name in ((slopes >= 0, plots.BLUE, "-", "up"), (slopes < 0, plots.ORANGE, ":", "down")):
        order = np.argsort((angles[part] - (theta if name == "up" else theta + np.pi) + np.pi) % (2 * np.pi))
        right.plot(angles[part][order], np.abs(slopes[part])[order], color=colour, ls=style, label=name)
    right.plot([chosen, chosen], [0, abs(slope)], color=plots.RED, ls="--")
    right.plot([theta], [rate], "o", color=plots.BLUE)
    right.set_yticks([2, 4])
    right.set_title(f"slope {slope:+.2f} at {degrees}°, largest {rate:.2f}", fontsize=9)
    right.legend(loc="lower left", bbox_to_anchor=(0.98, -0.12))
    plots.show(fig, alt="Left: elliptic contours, the one through the point in black, the direction of the gradient at "
               f"a right angle to it, and the direction of {degrees} degrees. Right: the slope in every direction in "
               f"polar form, two circles through the centre, up and down; at {degrees} degrees the slope is "
               f"{slope:.2f}, the largest is {rate:.2f} along the gradient.")


widgets.slider(draw_rose, "direction θ in degrees", list(range(0, 360, 15)), 0)

# %% claims="9"
off, up, down, across, aside = [], [], [], [], []
fine = np.linspace(-np.pi, np.pi, 200_001)
for seed in SEEDS:
    g = np.random.default_rng(seed).normal(size=2)
    slopes = directional_derivative(g, fine)
    theta, rate = steepest_ascent(g)
    off.append(abs((fine[slopes.argmax()] - theta + np.pi) % (2 * np.pi) - np.pi))
    up.append(slopes.max() / rate)
    down.append(slopes.min() / rate)
    across.append(abs(directional_derivative(g, theta + np.pi / 2)) / rate)
    aside.append(slopes[np.cos(fine - theta) < np.cos(0.1)].max() / rate)  # 0.1 rad and more from the gradient
print("claim 9: T — steepest along ∇f with slope ‖∇f‖, down along −∇f, level across: of 200001 directions "
      f"{fine[1] - fine[0]:.1e} rad apart the steepest is {max(off):.1e} rad or less from the gradient's; in units of "
      f"‖∇f‖ the largest slope is {np.mean(up):.6f}, the smallest {np.mean(down):.6f}, the one across "
      f"{np.mean(across):.6f} (5 seeds)")
effect(9, "slope along the gradient − the best 0.1 rad and more away, in ‖∇f‖", 1 - np.array(aside), digits=4)

# %% [markdown]
# ### Your own code put to work: downhill blindfolded
#
# Nothing but your two functions and a function we can call. From $(2.5, 2)$ we feel the slope with
# `numerical_gradient`, turn to the opposite of `steepest_ascent`, and walk. No formula for any derivative appears.

# %%
def descend(f, start, lr, steps):
    """The path (steps + 1, 2) of walking down by measured gradients."""
    path = [np.array(start)]
    for _ in range(steps):
        theta, rate = steepest_ascent(numerical_gradient(f, path[-1]))
        path.append(path[-1] - lr * rate * np.array([np.cos(theta), np.sin(theta)]))
    return np.array(path)


path = descend(surface, (2.5, 2.0), lr=0.12, steps=25)
fig, ax = plots.new(width=4.6, height=3.6)
xs, ys = np.meshgrid(np.linspace(-1, 3, 80), np.linspace(-1.5, 2.5, 80))
ax.contour(xs, ys, surface((xs, ys)), levels=14, colors="grey", linewidths=0.7)
ax.plot(*path.T, "-o", color=plots.BLUE, ms=3)
ax.set(xlabel="x", ylabel="y", aspect="equal")
plots.show(fig, alt="Elliptic contours and a path of 25 steps that leaves the start at a right angle to the contours "
           "and bends into the minimum at the origin.")
print(f"height at the start {surface(path[0]):.2f}, after 25 steps {surface(path[-1]):.5f}")

# %% [markdown]
# ## 5. How near is near?
#
# You have derived a gradient on paper, and measured one with `numerical_gradient`. They differ by $10^{-4}$. Is your
# formula wrong? If the gradient is about $10^3$, that is a fine agreement; if it is about $10^{-4}$, the formula is
# nonsense. So divide by the size, entry by entry, and look at the worst:
#
# $$\max_i\;\frac{|a_i-b_i|}{|a_i|+|b_i|}.$$
#
# It treats $a$ and $b$ alike and lies between 0 (equal) and 1 (opposite signs, or one of them 0). Where both are 0
# they agree: call it 0, not $0/0$.
#
# | relative error | what it says, at $h=10^{-5}$ in float64 |
# |---|---|
# | below $10^{-6}$ | as good as it gets: $10^{-10}$ of rounding, over entries of about $10^{-4}$ |
# | $10^{-6}$ to $10^{-2}$ | look closer: a kink, a tiny true gradient, a small mistake such as a forgotten $\epsilon$ |
# | above $10^{-2}$ | a mistake, or a gradient that is truly 0 (see below) |
#
# **Exercise 4.** Write it.

# %% solution="relative_error"
def relative_error(a, b):
    """The largest |a − b| / (|a| + |b|) over all entries, 0 where both are 0: a, b of one shape -> number.

    No argument is changed.
    """
    # about three lines
    ### BEGIN SOLUTION
    size = np.abs(a) + np.abs(b)
    return np.max(np.abs(a - b) / np.where(size == 0, 1, size))
    ### END SOLUTION

# %% tests="relative_error_check" points=2
check("relative_error", relative_error)

# %% [markdown]
# ### Your own code put to work: checking a gradient that trains
#
# A softmax classifier on 8 × 8 digits: 64 pixels, 10 classes, weights $W$ of shape $(64, 10)$. Its loss and
# gradient in closed form are three lines. First we check the formula with your two functions, on a small batch;
# then we train with it.

# %%
digits = data.load_digits()


def softmax_loss(weight, x, y):
    """Mean cross-entropy and its gradient (64, 10)."""
    z = x @ weight
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    p[np.arange(len(y)), y] -= 1
    return loss, x.T @ p / len(y)


checks, scores, both_zero = [], [], []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    weight = 0.1 * rng.normal(size=(64, 10))
    rows = rng.choice(len(digits.x_train), 20, replace=False)
    x, y = digits.x_train[rows], digits.y_train[rows]
    _, formula = softmax_loss(weight, x, y)
    measured = numerical_gradient(lambda w, x=x, y=y: softmax_loss(w, x, y)[0], weight)
    checks.append(relative_error(formula, measured))
    both_zero.append(np.sum((formula == 0) & (measured == 0)))  # a pixel that is blank in all 20 images
    for _ in range(6):
        for xb, yb in data.batches(digits.x_train, digits.y_train, 32, rng):
            weight -= 0.5 * softmax_loss(weight, xb, yb)[1]
    scores.append((digits.x_test @ weight).argmax(axis=1) == digits.y_test)
accuracy = np.array([s.mean() for s in scores])
print(f"relative error of the formula, worst of 5 seeds, below 1e-6: {max(checks) < 1e-6}")
print(f"entries of 640 that are 0 in both, and count as equal: {min(both_zero)} to {max(both_zero)}")
print(f"test accuracy after 6 epochs: {accuracy.mean():.3f} ± {accuracy.std():.3f} (5 seeds)")
calls = 2 * weight.size
print(f"one measured gradient costs {calls} calls of the loss; the formula costs about as much as two")

# %% [markdown]
# That last line is why nobody trains with numerical gradients: they are a *judge*, not an engine.
#
# ### What a gradient check cannot see
#
# Let us make a mistake on purpose. A softmax turns each *row* of scores into probabilities (`axis=1`). Here is a
# version that runs over the columns instead (`axis=0`), together with a backward pass derived, correctly, from that
# wrong forward. And then a second pair: the right forward, with a backward pass that takes the sum below the
# fraction for a constant.

# %%
def softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_back(dy, z, axis, through_sum=True):
    p = softmax(z, axis)
    from_sum = (dy * p).sum(axis=axis, keepdims=True) if through_sum else 0
    return p * (dy - from_sum)


def check_pair(axis, through_sum, seed):
    rng = np.random.default_rng(seed)
    z, dy = rng.normal(size=(6, 5)), rng.normal(size=(6, 5))  # dy: a random gradient from above
    measured = numerical_gradient(lambda z: (dy * softmax(z, axis)).sum(), z)
    return relative_error(softmax_back(dy, z, axis, through_sum), measured)


wrong_pair = [check_pair(0, True, s) for s in SEEDS]
half_right = [check_pair(1, False, s) for s in SEEDS]
print(f"wrong axis, forward and backward alike: relative error below 1e-6 for all 5 seeds: {max(wrong_pair) < 1e-6}")
print(f"right forward, one path forgotten:      relative error above 1e-2 for all 5 seeds: {min(half_right) > 1e-2}")

# %% [markdown]
# The first pair is *wrong* and passes with flying colours: a gradient check compares a backward pass with its own
# forward. It proves that the two are **consistent**, not that either is what you meant. So, in this course, a
# backward pass is always judged against a forward that is known to be right.
#
# And mind the gradient from above. Take $L=\sum_{n,k}p_{nk}$, the sum of all probabilities. Each row sums to 1
# whatever the scores are, so $L$ never moves and its true gradient is 0; and relative errors of things that are 0
# cry wolf. (A loss that just adds up batch norm's outputs has the same trouble: lesson 04.) Always use a random
# `dy`.

# %%
rng = np.random.default_rng(0)
z = rng.normal(size=(6, 5))
blind = numerical_gradient(lambda z: softmax(z, 1).sum(), z)
print(f"L = sum of all p: largest entry of the measured gradient below 1e-9: {np.abs(blind).max() < 1e-9}, and yet the "
      f"relative error is above 1e-2: {relative_error(softmax_back(np.ones_like(z), z, 1), blind) > 1e-2}")

# %% [markdown]
# ## 6. The notes say, the numbers say
#
# - *The directional derivative is $f_x\cos\theta+f_y\sin\theta$ when $f$ is differentiable.* **True**, and the
#   condition matters: $x^2y/(x^4+y^2)$ has every directional derivative at 0 and breaks the formula (claim 7, above).
# - *The $o(t)$ term vanishes faster than $t$.* **True**: with slope 2 on log axes (claim 8).
# - *The derivative is largest along the gradient, and its size there is $\lVert\nabla f\rVert$.* **True**
#   (claim 9). One thing the notes leave unsaid: "steepest" means steepest *per unit of length*, and length depends on
#   the units of $x$ and $y$. Measure $y$ in centimetres instead of metres and the steepest direction turns. That is
#   lesson 01's trouble with unlike features, seen from the other side.

# %%
metres, centimetres = np.array([2.0, 1.0]), np.array([2.0, 0.01])  # the same slope, per metre and per centimetre of y
for name, g, unit in (("y in metres", metres, 1.0), ("y in centimetres", centimetres, 0.01)):
    theta, _ = steepest_ascent(g)
    on_the_map = np.degrees(np.arctan2(unit * np.sin(theta), np.cos(theta)))
    print(f"{name:>17}: steepest ascent at {on_the_map:.3f}° on the same map")

# %% [markdown]
# ## 7. In your own words

# %% [markdown] manual="why_central" points=2
# **Question 1.** A fellow student checks gradients with $h=10^{-12}$ "to be on the safe side" and finds a relative
# error of $10^{-3}$ in a formula that is right. Explain to them, in three or four sentences, what went wrong, and which
# $h$ you would take for central differences in float64, and why.
#
# ### BEGIN SOLUTION
# Every value of f carries a relative rounding error of about 1e-16. The numerator f(x+h) − f(x−h) keeps that
# absolute error, and dividing by 2h = 2e-12 blows it up to about 1e-4 times |f|: the error seen is the judge's, not
# the formula's. Central differences have a truncation error of order h² and a rounding error of order ε/h; the sum
# is least near h = ε^(1/3), about 1e-5, where both are about 1e-10.
#
# Rubric: 1 point for rounding divided by h (not "h is too small" alone); 1 point for balancing it against h² and
# arriving near 1e-5 (1e-6 to 1e-4 accepted).
# ### END SOLUTION

# %% [markdown] manual="what_it_proves" points=2
# **Question 2.** A backward pass passes its gradient check with a relative error of $10^{-9}$. Name two different ways
# in which the layer can still be wrong, and what you would do to catch each.
#
# ### BEGIN SOLUTION
# (a) The forward pass itself is wrong (another axis, another ε) and the backward is derived from it: consistent,
# yet wrong. Compare the forward with an independent one, or with numbers worked by hand. (b) The check used a loss
# that does not see the mistake: an upstream gradient of ones, a batch where the mistake does not show (N = D hides
# an axis, γ = 1 hides a forgotten γ, a tiny ε hides its place). Use a random upstream gradient and inputs chosen to
# separate. Also accepted: a mode the check never ran (eval), statistics that are updated wrongly, float32.
#
# Rubric: 1 point for each way with its remedy; half a point for a way without one.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Central differences: $\frac{f(x+h)-f(x-h)}{2h}$, one entry at a time, entry put back. Truncation $h^2$, rounding
#   $\varepsilon/h$; best near $h=10^{-5}$, where a right gradient still shows about $10^{-10}$.
# - $D_uf=\nabla f\cdot u$ for a unit vector $u$, if $f$ is differentiable. Having a slope in every direction is not
#   enough.
# - The gradient points up the steepest way, $\lVert\nabla f\rVert$ is how steep it is, $-\nabla f$ leads down, and
#   contours run across. "Steepest" is per unit of length, so it depends on units.
# - Compare gradients by the largest $|a-b|/(|a|+|b|)$, with a random upstream gradient.
# - A gradient check proves that backward and forward are consistent. Whether the forward is right, something else must
#   say.
#
# **Next.** Lesson 03 standardizes in the middle of a network, and measures there, by your central differences, how one
# example moves another.
#
# ## To read
#
# - Nocedal & Wright 2006, *Numerical Optimization*, 2nd edition: §8.1 on the choice of $h$.
# - Baydin et al. 2018, *Automatic Differentiation in Machine Learning: a Survey*
#   ([arXiv 1502.05767](https://arxiv.org/abs/1502.05767)): §2.1, why numerical differentiation is a judge and not an
#   engine.
# - For the strange function: any text on multivariable analysis, under "Gateaux and Fréchet derivatives".
