"""What do you see, and hand over? Renderer-free layers, then renderers and exporters. Knows no screens."""
