"""Creates the lab whose plan is on stdin; prints a line before it begins and one when it is done."""

import sys

from lab.engine import connect
from lab.plan import Plan

plan = Plan.model_validate_json(sys.stdin.read())
with connect() as engine:
    images = engine.ensure_images(plan)
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    engine.create(plan, images)
sys.stdout.write("done\n")
