"""What the lessons stand on: checks that name mistakes, data, figures, sliders.

Nothing heavy is imported here; PyTorch is imported when it is first needed.
"""

__version__ = "0.1.0"
