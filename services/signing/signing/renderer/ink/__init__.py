"""Draws a page in one pass, as PDF operators, with faces that were cut beforehand.

Unit: tenths of a point, origin bottom left, whole numbers only. Twelve columns of 306, gutters of 120, margins of 480.
"""
