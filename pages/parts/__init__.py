"""PARTS: what several pages are built from; a folder for each page with parts of its own."""
