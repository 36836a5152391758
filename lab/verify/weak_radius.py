"""A RADIUS server that is weak on purpose: what it lets in shows that the supplicant can do it, so a refusal is the server's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lab.pki import Purpose, trust_file
from lab.reach import TreeFile
from lab.verify.eapol import put_in_memory
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of

FOLDER = "/run/sanso-weak"
ADDRESS, PORT, SECRET = "127.0.0.1", 18120, "weak-on-purpose"
USER, PASSWORD = "tele-01", "correct horse battery staple"
READY = 20  # seconds
CONFIGURATION = f"""
prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = {FOLDER}
logdir = {FOLDER}
run_dir = {FOLDER}
name = weak
log {{
  destination = stdout
  auth = yes
}}
security {{
  allow_core_dumps = no
  reject_delay = 0
  status_server = no
}}
client weak {{
  ipaddr = {ADDRESS}
  secret = {SECRET}
}}
modules {{
  pap {{
  }}
  mschap {{
  }}
  eap {{
    default_eap_type = md5
    md5 {{
    }}
    gtc {{
      auth_type = PAP
    }}
    mschapv2 {{
    }}
    tls-config weak {{
      private_key_file = {FOLDER}/weak.key
      certificate_file = {FOLDER}/weak.pem
      ca_file = {FOLDER}/trust.pem
      cipher_list = "ALL:@SECLEVEL=0"
      tls_min_version = "1.0"
      tls_max_version = "1.2"
      ecdh_curve = "prime256v1:secp384r1"
    }}
    tls {{
      tls = weak
    }}
    peap {{
      tls = weak
      default_eap_type = mschapv2
      virtual_server = weak
    }}
    pwd {{
      group = 19
      server_id = weak
      fragment_size = 1020
      virtual_server = weak
    }}
    ttls {{
      tls = weak
      default_eap_type = md5
      virtual_server = weak
    }}
  }}
}}
server weak {{
  listen {{
    type = auth
    ipaddr = {ADDRESS}
    port = {PORT}
  }}
  authorize {{
    update control {{
      &Cleartext-Password := "{PASSWORD}"
    }}
    mschap
    eap
    pap
  }}
  authenticate {{
    Auth-Type PAP {{
      pap
    }}
    Auth-Type MS-CHAP {{
      mschap
    }}
    eap
  }}
}}
"""
START = f"""
cd {FOLDER} && umask 077 &&
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=weak -keyout weak.key -out weak.pem \
  2>/dev/null || exit 1
freeradius -f -l stdout -d {FOLDER} -n weak >log 2>&1 </dev/null &
echo $! >pid
timeout {READY} sh -c 'until grep -q "Ready to process" log; do kill -0 "$(cat pid)" || exit 1; sleep 0.05; done' && exit 0
tail -n 3 log >&2; exit 1
"""
STOP = f'kill "$(cat {FOLDER}/pid)"; rm -rf {FOLDER}'


@contextmanager
def weak_radius(session: LabSession, host: str) -> Iterator[None]:
    """Such a server on loopback of a host, for as long as the block lasts. CheckError if it doesn't start."""
    channel = session.channel(host)
    with channel.alone():
        trust = trust_file(keys_of(session), Purpose.TERMINAL).read_bytes()
        files = [TreeFile(f"{FOLDER}/weak.conf", CONFIGURATION.encode(), 0o600), TreeFile(f"{FOLDER}/trust.pem", trust)]
        put_in_memory(channel, files)
        try:
            started = channel.run(START, timeout=READY + 10)
            if started.rc:
                raise CheckError(
                    f"{host}: the weak server did not start: {started.stderr.decode(errors='replace')[-300:]}"
                )
            yield
        finally:
            channel.run(STOP)
