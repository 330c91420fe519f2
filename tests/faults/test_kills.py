"""kill -9 of each process under load: it comes back, and every acknowledged question is in the log, once."""

from __future__ import annotations

import os
import signal
import time

import pytest

from beijiang.config.processes.layout import PROCESSES

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("process", PROCESSES)
def test_kill_minus_nine(patient, load, process):
    before = patient.pid(process)
    with load:
        load.until(3)
        os.kill(before, signal.SIGKILL)
        killed = time.monotonic()
        while patient.pid(process) in (0, before):
            assert time.monotonic() - killed < 20, f"{process} was not started again"
            time.sleep(0.2)
        patient.well()
        load.until(3)
    assert set(patient.sealed(load.receipts).values()) == {1}
    assert len(patient.sealed(load.receipts)) == len(load.receipts)


def test_the_log_is_sound_after_all_that(patient):
    done = patient.product.cli("audit", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
