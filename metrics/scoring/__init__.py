"""SCORING: figures become points, scores, ranks; how sure they are, and what would change them."""
