"""The first start of a site: processes that make its secret and its keys in the same moment come to have the same ones."""

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from cups import secret
from cups.keyring import Keyring
from cups.settings import Settings

PROCESSES, TIMES = 3, 60
Found = list[tuple[str, str, bytes]]


def begin(folder: Path, together: Barrier) -> Found:
    """What one process holds after each of so many first starts: a key of the secret, the name of the key of notes, and the file of these."""
    found = []
    for number in range(TIMES):
        settings = Settings(data_dir=str(folder / str(number)))
        keys = Keyring(settings)
        together.wait(30)
        held, name = secret.key(settings, "sealed"), keys.current
        together.wait(30)
        found.append((held, name, (folder / str(number) / "keys").read_bytes()))
        # And it goes on with what it began with: whatever it makes later is of the same.
        assert secret.key(settings, "sealed") == held
    return found


def _tell(folder: Path, together: Barrier, answers: "multiprocessing.Queue[Found | str]") -> None:
    try:
        answers.put(begin(folder, together))
    except BaseException as error:
        answers.put(repr(error))
        together.abort()


def test_processes_that_begin_at_once_have_one_secret_and_one_key(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    together = spawning.Barrier(PROCESSES)
    answers: multiprocessing.Queue[Found | str] = spawning.Queue()
    processes = [spawning.Process(target=_tell, args=(tmp_path, together, answers)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    found = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(30)
    assert found[1:] == found[:-1], [one for one in found if isinstance(one, str)]
    for number in range(TIMES):
        assert {file.name for file in (tmp_path / str(number)).iterdir()} == {"secret", "keys"}
        assert found[0][number][1].encode() in found[0][number][2]
