#!/bin/sh
# The README's first command, as the user: clone what was synced, then build, verify and report. Run it again to resume.
set -eu
cd
[ -d sanso-lab ] || git clone /vagrant sanso-lab
cd sanso-lab
make lab "$@"
