"""Looks for private keys and certificates on a host, in one command. Private halves never leave it."""

from __future__ import annotations

import base64
import binascii

from cryptography import x509

from lab.reach import Channel
from lab.verdict.keys import Inventory, KeyFile
from lab.verify.marks import CheckError

# where people, roles and programs leave keys; what the image itself holds was looked through when it was built
PLACES = "/etc /root /home /srv /opt /usr/local /var /tmp /run /mnt /media /dev/shm"
# -D skip: a named pipe would be waited for
# Of those places, what came or changed after the host was made ({{created}}, seconds since 1970): nobody inside can turn back
# the time at which the kernel says a file changed. Few programs, as many hosts are asked.
FIND = rf"""
any='-----BEGIN (([A-Z0-9]+ )*PRIVATE KEY|CERTIFICATE)-----'
planted=$(mktemp /run/sanso-look.XXXXXX) # a search that finds not even this has not searched
printf -- '-----BEGIN PRIVATE KEY-----\n' > "$planted"
find {PLACES} -type f -newerct @{{created}} -print0 2>/dev/null | xargs -0 grep -lIE -e "$any" -- 2>/dev/null | {{{{
  seen=
  while IFS= read -r f; do
    [ "$f" != "$planted" ] || {{{{ seen=1; continue; }}}}
    kinds= certificate=
    while read -r line; do
      case $line in
        *'BEGIN CERTIFICATE-----') certificate=1 ;;
        *) line=${{{{line#-----BEGIN }}}}; kinds=$kinds${{{{kinds:+,}}}}${{{{line%-----}}}} ;;
      esac
    done <<LABELS
$(grep -aoE -e "$any" "$f")
LABELS
    if [ -n "$kinds" ]; then
      stat -c 'key %a %u:%g %n' "$f"
      echo "kinds $kinds"
      echo "public $(openssl pkey -in "$f" -passin pass: -pubout -outform DER 2>/dev/null | base64 -w0)"
    fi
    case $certificate$f in
      1/etc/ssl/certs/* | 1/var/lib/sanso/*) ;;
      1*) echo "certificate $(base64 -w0 "$f") $f" ;;
    esac
  done
  [ -z "$seen" ] || echo end
}}}}
rm -f "$planted"
"""


def read_inventory(created: int, channel: Channel) -> Inventory:
    """Everything found on a host that was made at `created`. Raises CheckError if its answer isn't whole."""
    answer = channel.run(FIND.format(created=created))
    lines = answer.stdout.decode(errors="replace").splitlines()
    if not lines or lines[-1] != "end":
        raise CheckError(f"the search for keys did not end: {answer.stderr.decode(errors='replace').strip()}")
    keys, chains, files, authorities = [], [], [], []
    for line, kinds, public in zip(lines, [*lines[1:], ""], [*lines[2:], "", ""][: len(lines)], strict=True):
        kind, _, rest = line.partition(" ")
        if kind == "key":
            mode, owner, path = rest.split(" ", 2)
            told = tuple(kinds.removeprefix("kinds ").split(","))
            keys.append(KeyFile(path, mode, owner, _bytes(public.removeprefix("public").strip()), told))
        elif kind == "certificate":
            content, path = rest.split(" ", 1)
            chain = tuple(_certificates(base64.b64decode(content)))
            if chain and not _is_authority(chain[0]):
                chains.append(chain)
                files.append(path)
            else:
                authorities += [(path, one) for one in chain]
    return Inventory(tuple(keys), tuple(chains), tuple(files), tuple(authorities))


def _certificates(content: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        return []  # the words stand in it, and no certificate does


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise CheckError(f"a public key came in pieces: {text[:40]!r}") from error
