"""`python -m whodid`, the same program as `whodid`."""

from whodid.cli.app import main

main()
