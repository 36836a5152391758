"""The control of a desktop's channels: the same session through a second door on loopback that has the channels on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from lab.pki import Account
from lab.reach import Pipe
from lab.reach.view import Clipboard
from lab.verify.marks import CheckError
from lab.verify.screen_channels import FOLDER as LIBRARIES
from lab.verify.screen_channels import MAKE
from lab.verify.screen_words import channels_in, until
from lab.verify.session import LabSession

FOLDER = "/run/sanso-control"
PORT = 3390  # of the desktop's loopback
DISPLAY = ":90"
DEADLINE = 45.0  # seconds until the door and the client are there
# The delivered door but for three things: loopback, all channels, and straight to the session that is there, without factors.
SETTINGS = r"""
umask 077; rm -rf {folder}; mkdir -p {folder}; cd {folder}
sed -e 's#^port=.*#port=tcp://127.0.0.1:{port}#' -e '/^\[Channels\]/,/^\[Xorg\]/d' -e '/^\[Xorg\]/,$d' \
  -e 's/^EnableSyslog=.*/EnableSyslog=false/' /etc/xrdp/xrdp.ini > xrdp.ini
cat >> xrdp.ini <<END
[Channels]
rdpdr=true
rdpsnd=true
drdynvc=true
cliprdr=true
rail=true
xrdpvr=true
tcutils=true
rdp2tcp=true
[Xorg]
name=Xorg
lib=libxup.so
username=na
password=na
ip=127.0.0.1
port=/run/xrdp/sockdir/xrdp_display_{number}
chansrvport=DISPLAY({number})
code=20
END
"""
# Everything that it starts ends with its stdin. The door's words come line by line.
RUN = r"""
cd {folder}; export HOME={folder}
stdbuf -oL xrdp --nodaemon -c {folder}/xrdp.ini > door.log 2>&1 < /dev/null & door=$!
Xvfb {display} -screen 0 1024x768x24 -nolisten tcp -noreset > x.log 2>&1 < /dev/null & x=$!
trap 'kill $client $door $x 2> /dev/null; wait 2> /dev/null; rm -f /tmp/.X{bare}-lock /tmp/.X11-unix/X{bare}' EXIT
for i in $(seq 200); do
  [ -S /tmp/.X11-unix/X{bare} ] && ss -Hltn 'sport = :{port}' | grep -q . && break; sleep 0.05
done
export DISPLAY={display} LD_LIBRARY_PATH={libraries}
xfreerdp /v:127.0.0.1:{port} /u:na /p:na /sec:tls /cert:ignore {options} > client.log 2>&1 < /dev/null & client=$!
echo begun
cat > /dev/null
"""

# Another client of the same person, on the control's X server, to the delivered door: both factors on its first line.
BESIDE = r"""
cd {folder}; export HOME={folder} DISPLAY={display}
read -r factors
xfreerdp "/v:{where}" "/u:{user}" "/p:$factors" /sec:tls /cert:ignore /bpp:16 /size:800x600 > beside.log 2>&1 < /dev/null &
client=$!
trap 'kill $client 2> /dev/null; wait 2> /dev/null' EXIT
cat > /dev/null
"""


class Control:
    """A context: within it a client looks at the session of `display` with every channel on."""

    def __init__(self, session: LabSession, account: Account, display: str, options: tuple[str, ...]) -> None:
        self._channel, self._desk = session.channel(account.desk), account.desk
        self._display, self._options = display, options
        self._context = self._channel.pipe(["sh", "-c", self._text(RUN)])
        self._pipe: Pipe | None = None
        self.since = ""

    def __enter__(self) -> Self:
        self._channel.run(self._text(SETTINGS)).check()
        self._channel.run(MAKE).check()
        self.since = self._channel.run("date -u +%Y%m%d-%H:%M:%S").check().stdout.decode().strip()
        self._pipe = self._context.__enter__()
        if not until(lambda: {"cliprdr", "rdpdr"} <= self.channels()[2], DEADLINE):
            said = self._channel.run(f"tail -n 3 {FOLDER}/*.log").stdout.decode(errors="replace").strip()
            self.__exit__(None, None, None)
            raise CheckError(f"{self._desk}: the control session did not open: {said}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.__exit__(kind, error, trace)
        self._channel.run(
            f"for i in $(seq 100); do ss -Hltn 'sport = :{PORT}' | grep -q . || break; sleep 0.05; done"
            f"; rm -rf {FOLDER} {LIBRARIES}"
        )

    def channels(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Channels asked for, disabled and enabled, by the second door's words."""
        return channels_in(self.words())

    def words(self) -> list[str]:
        """What the second door printed."""
        return self._channel.run(f"cat {FOLDER}/door.log").stdout.decode(errors="replace").splitlines()

    def clipboard(self) -> Clipboard:
        """The clipboard of the client's side."""
        return Clipboard(self._channel, (f"DISPLAY={DISPLAY}",))

    @contextmanager
    def beside(self, where: str, user: str, factors: str) -> Iterator[None]:
        """The same person by another client: from this host, with another colour depth and size, at the delivered door."""
        line = BESIDE.format(folder=FOLDER, display=DISPLAY, where=where, user=user)
        with self._channel.pipe(["sh", "-c", line]) as pipe:
            pipe.send(f"{factors}\n".encode())
            yield

    def _text(self, template: str) -> str:
        return template.format(
            folder=FOLDER, port=PORT, display=DISPLAY, bare=DISPLAY[1:], number=self._display[1:],
            options=" ".join(self._options), libraries=LIBRARIES,
        )  # fmt: skip
