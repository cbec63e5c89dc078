"""SCREENS: what a person sees. Computes no figure of its own."""
