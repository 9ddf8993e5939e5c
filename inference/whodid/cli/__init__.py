"""The command line: `whodid predict`, `whodid show`, `whodid labels`, and what other packages plug in."""
