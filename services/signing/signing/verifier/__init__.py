"""Verifies our own originals within a millisecond, by the norms alone: nothing is shared with what wrote them.

It knows one form of file, that of the one-pass writer, and refuses everything else; pyHanko looks at other files.
"""
