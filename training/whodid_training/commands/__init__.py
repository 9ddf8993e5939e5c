"""Commands that the training package plugs into the `whodid` program: one file each, heavy imports inside."""
