"""Layers to files: one format a module, all from the same renderer-free layers."""
