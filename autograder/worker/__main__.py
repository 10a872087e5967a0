"""`python -m autograder.worker FD`: a server on that socket, which forks one process per submission."""

import sys

from autograder.worker.server import serve

serve(int(sys.argv[1]))
