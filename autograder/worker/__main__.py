"""`python -m autograder.worker LINE OPTIONS`: a server on that socket, which forks one process per submission."""

import json
import sys

from autograder.worker.server import serve

serve(sys.argv[1], json.loads(sys.argv[2]))
