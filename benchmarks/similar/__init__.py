"""Similar games: whether they are of use to people who bought games, and what they cost as a catalogue grows."""
