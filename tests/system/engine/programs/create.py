"""Creates the lab whose plan is on stdin; prints a line before it begins and one when it is done."""

import sys

from lab.engine import connect
from lab.plan import Plan

plan = Plan.model_validate_json(sys.stdin.read())
with connect() as engine:
    image = engine.ensure_images()
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    engine.create(plan, image)
sys.stdout.write("done\n")
