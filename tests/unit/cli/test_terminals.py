"""The commands on every kind of terminal: without Unicode, without colour, narrow, or none at all but a pipe."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[3]
LAB = Path(sys.executable).with_name("lab")
ESCAPE = "\x1b"
COLOUR = re.compile("\x1b\\[([0-9]+;)*(3|4|9|10)[0-9][0-9;]*m")
SHEET = ROOT / "docs" / "examples" / "register.csv"
ASCII = {"PYTHONIOENCODING": "ascii"}
C = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


def environment(**more):
    kept = {
        key: value for key, value in os.environ.items() if key not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"}
    }
    return {**kept, "TERM": "xterm-256color", **more}


def piped(*arguments, encoding="ascii", **more):
    done = subprocess.run([LAB, *arguments], capture_output=True, env=environment(**more), cwd=ROOT, check=False)
    return done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding)


def on_a_terminal(*arguments, **more):
    """Both outputs, as a terminal of 80 columns gets them."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [LAB, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(COLUMNS="80", **more), cwd=ROOT
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            said += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    process.wait()
    return said.decode()


@pytest.mark.parametrize(
    ("arguments", "kind", "code", "told"),
    [
        ("--help", ASCII, 0, "Usage: lab"),
        ("controls CRY-03 --ja", C, 0, "TLS 1.3"),
        ("register import tests/golden/register/bad-dates.csv", ASCII, 3, 'cell J2: TC-03: ????: "2027/2/30"'),
        ("report nowhere-日本", C, 3, "error: nowhere-"),
    ],
)
def test_no_sign_ends_a_command(arguments, kind, code, told):
    found, out, err = piped(*arguments.split(), **kind)
    assert found == code, err
    assert told in out + err
    assert "internal error" not in err
    assert ESCAPE not in out + err


def test_json_yaml_and_svg_lose_nothing_without_unicode():
    title = json.loads(piped("controls", "ZONE-01", "--json", **ASCII)[1])[0]["title"]["ja"]
    assert title == "マイナンバー利用事務系と他の領域との分離"
    done = subprocess.run([LAB, "register", "import", SHEET], capture_output=True, env=environment(**ASCII), check=True)
    assert "purpose: 住基ネット本人確認" in done.stdout.decode()
    _, svg, _ = piped("graph", "scenarios/minimal.yaml", "--lang", "ja", **ASCII)
    assert "マイナンバー利用事務系" in "".join(ET.fromstring(svg).itertext())


def test_signs_have_their_likeness():
    """What is near ASCII stays readable."""
    code = "from lab.cli.terminal import prepare; prepare(); print('Sansō … → ≤ ✓ ＴＫ－０１ 台帳 \\udcff')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment(**ASCII),
        check=True,
    )
    assert done.stdout == "Sanso ... -> <= + TK-01 ?? ?\n"


def test_colour_on_a_terminal_and_nowhere_else():
    assert COLOUR.search(on_a_terminal("controls"))
    assert not COLOUR.search(on_a_terminal("controls", NO_COLOR="1"))
    assert ESCAPE not in on_a_terminal("controls", TERM="dumb")


def test_errors_without_colour():
    assert COLOUR.search(on_a_terminal("controls", "X-1"))
    assert ESCAPE not in on_a_terminal("controls", "X-1", NO_COLOR="1")
    assert ESCAPE not in on_a_terminal("controls", "X-1", TERM="dumb")


def test_in_a_pipe_lines_stay_whole():
    """A line per control, to be searched and counted; COLUMNS says otherwise."""
    out = piped("controls", "--ja", encoding="utf-8")[1]
    (line,) = [line for line in out.splitlines() if line.startswith("ZONE-05")]
    assert "境界" in line
    narrow = piped("controls", encoding="utf-8", COLUMNS="40")[1]
    assert max(map(len, narrow.splitlines())) <= 40
    assert "\nZONE-12 " in narrow


def test_closed_output_is_no_internal_error():
    done = subprocess.run(["/bin/sh", "-c", f"{LAB} controls >&- 2>&-"], env=environment(), check=False)
    assert done.returncode == 0
