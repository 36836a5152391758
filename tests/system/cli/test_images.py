"""The lab's image as a file: what one machine saves another loads; half a file is refused. Needs no lab."""

from __future__ import annotations

from command import ok, run


def test_saved_image_is_loaded_and_half_of_it_is_refused(engine, tmp_path):
    saved = ok("images", "save", str(tmp_path / "lab.tgz"), "--json").json
    loaded = ok("images", "load", str(tmp_path / "lab.tgz"), "--json").json
    assert (loaded["tag"], loaded["id"]) == (saved["tag"], saved["id"])
    assert saved["id"] == engine.api.inspect_image(saved["tag"])["Id"]
    listed = {one["tag"]: one for one in ok("images", "list", "--json").json}
    assert listed[saved["tag"]]["wanted"]
    half = tmp_path / "half.tgz"
    half.write_bytes((tmp_path / "lab.tgz").read_bytes()[: 1 << 20])
    done = run("images", "load", str(half))
    assert done.code == 3, done
    assert "half.tgz: is no whole image file" in done.err
