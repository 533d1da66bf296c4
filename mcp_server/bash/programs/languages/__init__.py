"""What code in other languages writes: Python, Perl, awk, sed, makefiles."""
