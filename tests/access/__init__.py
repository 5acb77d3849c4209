"""Who gets at what: each way in, each way around the rules, one file a question."""
