"""What is spent and what may be: counts it, watches budgets, shows both, and lets a person raise one."""
