"""The application: the few verbs that the screens, the command line and notebooks share."""

__version__ = "0.1.0"
