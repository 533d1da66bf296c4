"""Teams: the plans of teammates that wait for approval, and a lead that stops too early."""
