"""Which networks a station knows: those of its running supplicant, whoever told it of them, and those of the files it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.reach import Channel
from lab.verdict.stations import Known
from lab.verify.ahead import Question
from lab.verify.marks import CheckError

_WAIT = 90.0  # seconds; it is emulated
# Asked before any test has the station join afresh: what was only told to the supplicant would be gone.
_ASK = """
cli='wpa_cli -p /run/wpa -i wlan'
$cli list_networks | awk -F '\\t' 'NR > 1 && $1 ~ /^[0-9]+$/ {print $1}' | while read -r id; do
  echo "network $($cli get_network "$id" key_mgmt) $($cli get_network "$id" ssid)"
done
$cli list_creds | awk 'NR > 1 {print "credentials " $0}'
for p in $(pidof wpa_supplicant); do
  echo "program $(tr '\\000' ' ' </proc/$p/cmdline)"
  tr '\\000' '\\n' </proc/$p/cmdline | grep -A 1 -x -e -c -e -I | grep -v -x -e -c -e -I -e --
done | while read -r line; do
  case $line in
    "program "*) echo "$line" ;;
    *) echo "file $line"; sed 's/^/text /' "$line" ;;
  esac
done
echo end
"""
_BLOCK = re.compile(r"^\s*network=\{$(.*?)^\s*\}", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^\s*(ssid|key_mgmt)=(.*?)\s*$", re.MULTILINE)
_DEFAULT = "WPA-PSK WPA-EAP"  # of the supplicant, where a block doesn't say


def _ask(_: None, host: str, channel: Channel) -> Known:
    done = channel.run(_ASK, timeout=_WAIT)
    lines = done.stdout.decode(errors="replace").splitlines()
    if lines[-1:] != ["end"]:
        raise CheckError(
            f"{host} doesn't tell which networks it knows: {done.stderr.decode(errors='replace').strip()[-300:]}"
        )
    return known(lines)


def known(lines: list[str]) -> Known:
    """Read the answer, line by line: "network KEY_MGMT SSID", "credentials ...", "program COMMAND", "text LINE" of a file."""
    text = "\n".join(line.removeprefix("text ") for line in lines if line.startswith("text"))
    return Known(
        running=tuple(_network(line) for line in lines if line.startswith("network ")),
        filed=tuple(_filed(text)),
        credentials=tuple(line.removeprefix("credentials ") for line in lines if line.startswith("credentials ")),
        programs=tuple(line.removeprefix("program ").strip() for line in lines if line.startswith("program ")),
    )


def _network(line: str) -> tuple[str, str]:
    """(SSID, AKMs) of a line; an SSID is quoted, or hex where it is no plain text."""
    words, _, ssid = line.removeprefix("network ").rpartition(' "')
    if not words:
        words, _, ssid = line.removeprefix("network ").rpartition(" ")
    return ssid.strip('"'), words.strip()


def _filed(text: str) -> Iterator[tuple[str, str]]:
    for block in _BLOCK.findall(text):
        said = dict(_LINE.findall(block))
        yield said.get("ssid", "any").strip('"'), said.get("key_mgmt", _DEFAULT)


NETWORKS = Question("networks that stations know", "", _ask, on_air="station")
