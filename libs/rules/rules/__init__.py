"""The law as software: official schemas and rules, run over one document; findings with their places and texts."""
