"""What the course promises in numbers, measured: `python -m benchmarks`."""
