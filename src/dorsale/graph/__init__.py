"""From facts to answers: the dataset, its questions, its checks, its files."""
