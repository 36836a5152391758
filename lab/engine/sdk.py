"""Before the Docker SDK: it loads paramiko, which engines behind ssh:// alone need, and that is 60 ms of every command."""

import os
import sys

if not os.environ.get("DOCKER_HOST", "").startswith("ssh://"):
    sys.modules.setdefault("docker.transport.sshconn", None)  # type: ignore[arg-type]  # None: an ImportError, which the SDK takes for "not installed"
