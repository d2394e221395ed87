"""What the notebooks' charts have in common: the report's colours, and names where lines end."""

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

# People with colour-vision deficiency can tell these apart (after Paul Tol's schemes).
COLOURS = ["#332288", "#cc5a6e", "#117733", "#93902a", "#882255", "#2fa08d", "#aa4499", "#3a93c8"]
INK, SEED, MUTED, RULE = "#1c2420", "#6fa388", "#5b665f", "#dcdad0"

# Blue is better, orange is worse; the middle is the paper's colour.
BETTER_WORSE = LinearSegmentedColormap.from_list(
    "better-worse", ["#5a9bd0", "#acceeb", "#e6f0f8", "#f1f0ea", "#fdf0e0", "#f6c794", "#dd8434"])


def set_style():
    """Quiet axes, so that what is measured stands out; pictures small enough to be kept in git."""
    plt.rcParams.update({
        "figure.dpi": 90, "figure.constrained_layout.use": True, "font.size": 10,
        "axes.edgecolor": RULE, "axes.labelcolor": MUTED, "xtick.color": MUTED, "ytick.color": MUTED, "text.color": INK,
        "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": RULE, "grid.linewidth": 0.6,
        "axes.axisbelow": True, "axes.titlelocation": "left", "axes.titleweight": "bold", "axes.titlesize": 11})


def domain_colours(domains):
    """The colour of each training domain, the same in every chart and in the report."""
    return {domain: COLOURS[i % len(COLOURS)] for i, domain in enumerate(sorted(domains))}


def name_ends(axes, ends, gap=0.052):
    """Writes names beside the ends (x, y, name, colour) of lines, pushed apart where they would overlap.

    gap is the least distance between two names, as a share of the axes' height.
    """
    low, high = axes.get_ylim()
    right = max(x for x, *_ in ends)
    ends = sorted(ends, key=lambda end: end[1])
    heights = [(y - low) / (high - low) for _, y, *_ in ends]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + gap)
    # Half of the room that the names took upwards is given back, so that they stay beside their lines.
    shift = sum(h - (end[1] - low) / (high - low) for h, end in zip(heights, ends)) / len(ends)
    for (x, y, name, colour), height in zip(ends, heights):
        axes.annotate(
            name, (x, y), xytext=(1.03, height - shift), textcoords="axes fraction", va="center", color=colour,
            annotation_clip=False, arrowprops={"arrowstyle": "-", "color": colour, "alpha": 0.4, "shrinkA": 1, "shrinkB": 1})
