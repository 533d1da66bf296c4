"""What words expand to: parameters, arithmetic, braces, globs."""
