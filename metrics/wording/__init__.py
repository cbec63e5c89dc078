"""WORDING: results become Chinese sentences, headlines and cards."""
