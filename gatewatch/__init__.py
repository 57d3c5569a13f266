"""The command: wires crawlers, pipelines and alerts together. Config, command line, run loop, demo."""

__version__ = "0.1.0"
