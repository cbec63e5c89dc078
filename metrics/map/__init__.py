"""MAP: the villages as areas, and the layers that shade them."""
