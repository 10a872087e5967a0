"""The instructor's side: build lessons, grade submissions, report."""
