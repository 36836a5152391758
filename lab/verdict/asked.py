"""The questions that make a host tell of its files, packages and processes, and their answers as values."""

from __future__ import annotations

from lab.errors import LabError
from lab.verdict.delivered import ChangedFile, Process, Running, Searched

# The supervisor's links must lead to the service's own files.
ASK = """
cd /var/lib/sanso/manifest || exit 1
echo '== manifests'; sha256sum -- *.sha256
echo '== listed'; cat -- *.sha256
echo '== found'; cut -c 67- -- *.sha256 | xargs -d '\\n' sha256sum -- 2>/dev/null
echo '== rights'; cut -c 67- -- *.sha256 | sed -e p -e 's#/[^/]*$##' | sort -u |
  xargs -d '\\n' stat -c '%a %u:%g %F|%n' -- 2>/dev/null
echo '== services'; for s in /etc/sanso/services/*; do echo "${s##*/} $(s6-svstat -o up "$s")"; done
echo '== led'; find /run/services -mindepth 2 -maxdepth 2 -type l -printf '%l %p\\n' | while read -r to path; do
  [ "$to" = "/etc/sanso${path#/run}" ] || echo "$path"
done
echo '== processes'; ps -ww -eo pid=,ppid=,uid=,stat=,args=
echo '== end'
"""

# {created}: when the container was made. What can't be entered is left out: nobody without more capabilities wrote there.
# Below /usr/share, which has most files and hardly a program, only folders that changed are looked into. A file there that is
# its package's to the byte is none that came: a program that opens it to write, as xrdp does its fonts, makes it look new.
SEARCH = """
echo '== listed'; cat -- /var/lib/sanso/manifest/*.sha256
echo '== changed'
find / -xdev -path /usr/share -prune -o '(' -type f -o -type l ')' '(' -newerct @{created} -o -perm /6000 ')' \
  -printf '%y %m %p\\n' 2>/dev/null
find /usr/share -xdev -type d -newerct @{created} -exec sh -c '
  find "$@" -mindepth 1 -maxdepth 1 ! -type d -newerct @{created} -printf "%y %m %p\\n" | while read -r kind mode path; do
    sum=$(md5sum <"$path") && [ "$kind" = f ] && grep -qsxF "${{sum%% *}}  ${{path#/}}" /var/lib/dpkg/info/*.md5sums ||
      echo "$kind $mode $path"
  done' sh {{}} +
find /run /dev/shm -xdev -type f -perm /111 -printf '%y %m %p\\n'
echo '== packages'; dpkg-query -W -f '${{Package}} ${{Version}}\\n'
echo '== end'
"""


def read(text: str) -> Running:
    """What `ASK` printed. Raises LabError if it isn't whole."""
    sections = _sections(text, "processes")
    listed = {path: digest for digest, path in sums(sections["listed"])}
    found = {path: digest for digest, path in sums(sections["found"])}
    rights = {path: right for right, _, path in (line.partition("|") for line in sections["rights"])}
    if unseen := found.keys() - rights.keys():
        raise LabError(f"it doesn't tell who may change {', '.join(sorted(unseen))}")
    return Running(
        manifests={name: digest for digest, name in sums(sections["manifests"])},
        listed=listed,
        found=found,
        rights=rights,
        processes=tuple(
            Process(int(pid), int(parent), int(user), command)
            for pid, parent, user, state, command in _split(sections["processes"], 5)
            if not state.startswith("Z")  # ended already, and not yet taken leave of
        ),
        led=tuple(sections["led"]),
        services={name: up == "true" for name, up in _split(sections["services"], 2)},
    )


def read_search(text: str) -> Searched:
    """What `SEARCH` printed. Raises LabError if it isn't whole."""
    sections = _sections(text, "packages")
    listed = frozenset(path for _, path in sums(sections["listed"]))
    changed = tuple(
        ChangedFile(path, int(mode, 8) if kind == "f" else 0) for kind, mode, path in _split(sections["changed"], 3)
    )
    if listed and not any(one.path in listed for one in changed):  # they came after the host, as a stranger's would
        raise LabError("its search for files that came after it did not find those that were delivered")
    return Searched(listed, changed, "\n".join(sections["packages"]))


def sums(lines: list[str]) -> list[tuple[str, str]]:
    """(digest, path) of `sha256sum` lines."""
    return [(line[:64], line[66:]) for line in lines]


def _split(lines: list[str], parts: int) -> list[list[str]]:
    return [line.split(None, parts - 1) for line in lines if len(line.split(None, parts - 1)) == parts]


def _sections(text: str, needed: str) -> dict[str, list[str]]:
    """Section -> its lines. LabError if the text isn't whole or that section is empty."""
    sections: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("== "):
            sections[line[3:]] = []
        elif sections:
            sections[next(reversed(sections))].append(line)
    if "end" not in sections or not sections[needed]:
        raise LabError(f"it doesn't tell of its files and processes: {text[-200:]!r}")
    return sections
