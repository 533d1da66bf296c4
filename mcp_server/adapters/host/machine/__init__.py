"""What this machine is called, among several that work on one repository."""
