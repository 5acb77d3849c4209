"""The office around the registers: settings, policy, services, wiring."""
