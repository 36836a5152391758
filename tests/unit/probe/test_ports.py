"""A port that goes while ports are listed is no error of the prober."""

from pathlib import Path

from lab.probe.agent import ports


def test_a_port_that_goes_meanwhile_is_left_out(tmp_path, monkeypatch):
    for device, alias in (("p1", "fw-lg.lg"), ("p2", "lg-term.lg"), ("lo", "")):
        (tmp_path / device).mkdir()
        (tmp_path / device / "ifalias").write_text(alias + "\n")
    monkeypatch.setattr(ports, "_NET", tmp_path)
    assert ports.port_names() == {"p1": "fw-lg.lg", "p2": "lg-term.lg"}
    read = Path.read_text

    def gone(path, **how):
        if path.parent.name == "p1":
            raise FileNotFoundError(path)
        return read(path, **how)

    monkeypatch.setattr(Path, "read_text", gone)
    assert ports.port_names() == {"p2": "lg-term.lg"}
