"""Training and evaluation of whodid models. Builds on the runtime package `whodid`, which never imports it."""
