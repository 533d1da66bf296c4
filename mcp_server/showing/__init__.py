"""How answers are put before a person: in their words, in their time, while it goes on."""
