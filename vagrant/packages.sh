#!/bin/sh
# What the README asks of a Debian 12 machine, as root: the engine, its group for the user, the packages.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y docker.io
apt-get install -y make git python3-venv mmdebstrap debian-archive-keyring
usermod -aG docker "${1:-vagrant}"
