"""What a text probably means: done? urgent? empty? a test command? Wrong answers cost little here."""
