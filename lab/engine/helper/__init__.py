"""The wiring helper: runs in a short-lived container in the fabric's namespace, with the standard library and pyroute2.

It is shipped under its own package path and started with `python3 -m lab.engine.helper.wire`; nothing else of the lab is
there. The plan comes on stdin, what was done goes to stdout as JSON, a refusal to stderr with exit code 1.
"""
