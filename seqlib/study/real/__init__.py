"""Trained recurrent networks that are in use, opened: their own weights in the course's own cells."""
