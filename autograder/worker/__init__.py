"""The untrusted side of grading: runs a submission's cells and calls its functions on inputs it is sent.

Stands on NumPy, IPython and `bnlib.check`'s calls alone, and never learns what an answer should be: this
folder and the student's edition of bnlib are all that a sandbox must show.
"""
