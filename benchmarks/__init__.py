"""What is measured: each module prints ratios taken in one run, `python -m benchmarks` all of them."""
