"""What the documents say: facts and sentences, without a word about how they are set."""
