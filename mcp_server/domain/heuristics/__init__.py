"""What a text probably means: done? urgent? empty? a test command? A wrong guess costs little."""
