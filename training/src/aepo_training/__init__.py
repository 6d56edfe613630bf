"""Preference training runs on TRL, and the builder of models in the folder layout of transformers.js."""

__version__ = "0.1.0"
