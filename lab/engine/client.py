"""The connection to the Docker engine, and what its failures mean to a person."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docker
from docker.errors import APIError, DockerException
from docker.utils import kwargs_from_env
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException, Timeout

from lab.errors import LabError

Api = Any  # docker.APIClient: the SDK ships no types

_OLDEST = (1, 41)  # engine 20.10
_POOL = 32  # connections kept: eight threads, each with a stream and a request
_SOCKET = "http+docker://"  # what the SDK calls a socket file
_TIMEOUT = 120  # seconds; removal and export under load take tens


def open_client(timeout: int = _TIMEOUT) -> Api:
    """A client of the engine that the environment names. LabError with cause and fix."""
    try:
        client = docker.APIClient(version="auto", timeout=timeout, max_pool_size=_POOL, **kwargs_from_env())
    except (DockerException, RequestException) as error:
        raise _explained(error) from error
    if tuple(int(part) for part in client.api_version.split(".")) < _OLDEST:
        client.close()
        raise LabError(
            f"the Docker engine speaks API {client.api_version}; {'.'.join(map(str, _OLDEST))} (engine 20.10) is needed",
            fix="upgrade the engine (on Debian: apt-get install docker.io)",
        )
    if client.base_url.startswith(_SOCKET):
        # no proxy is on that way, and a thread that reads the environment may meet pytest's changes to it
        client.trust_env = False
    return client


def reason(error: Exception) -> str:
    """What the engine said, without the wrapping."""
    if isinstance(error, APIError) and error.explanation:
        return str(error.explanation).strip()
    return str(error)


@contextmanager
def explained(doing: str, *, fix: str = "") -> Iterator[None]:
    """Turn the engine's errors into a LabError that says what was being done."""
    try:
        yield
    except (Timeout, TimeoutError) as error:
        raise LabError(f"{doing}: the engine did not answer in time", fix="see `lab doctor`") from error
    except NoConnection as error:
        raise _explained(error) from error
    except APIError as error:
        raise LabError(f"{doing}: {reason(error)}", fix=fix) from error


def _explained(error: Exception) -> LabError:
    number = _errno(error)
    if number == errno.ENOENT:
        return LabError(
            "no Docker engine was found on this machine",
            fix="install it (Debian: sudo apt-get install docker.io), or set DOCKER_HOST to a remote engine",
        )
    if number == errno.EACCES:
        return LabError(
            "this user may not talk to the Docker engine",
            fix="sudo usermod -aG docker $USER, then log in again",
        )
    if number in {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ETIMEDOUT}:
        where = os.environ.get("DOCKER_HOST", "")
        if where.startswith("tcp:"):
            return LabError(
                f"no Docker engine answers at {where}",
                fix="see that it runs there and may be reached from here, or unset DOCKER_HOST",
            )
        return LabError("the Docker engine does not run", fix="sudo systemctl start docker")
    return LabError(f"the Docker engine cannot be used: {error}", fix="see `docker version` and `lab doctor`")


def _errno(error: BaseException) -> int | None:
    """The first error number in a chain of wrapped exceptions."""
    todo: list[BaseException] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, OSError) and one.errno is not None:
            return one.errno
        todo += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
        todo += [part for part in getattr(one, "args", ()) if isinstance(part, BaseException)]
        inner = getattr(one, "reason", None)
        if isinstance(inner, BaseException):
            todo.append(inner)
    return None
