"""Annotated articles as files for people: checked, split, and exchanged with annotation programs.

The modules know nothing of tensors; `whodid data` is their command line.
"""
