"""Tests of the training package; run them with `python -m pytest` in the folder above."""
