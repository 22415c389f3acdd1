"""A fetch that is killed again and again: what it had is continued, and little is fetched twice."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from tests.faults.crowds import LONG, Big, sent, throttled

KILLS = 30 if LONG else 10
# what lies in the buffers of six sockets is lost at every kill, whatever the client does
MEGABYTES = 8 if LONG else 4  # of each file
RATE = 20_000_000


def test_a_fetch_survives_kill_9_at_many_moments_and_fetches_little_twice(tmp_path: Path) -> None:
    big = Big.make(tmp_path, files=6, megabytes=MEGABYTES)
    assert 23_000_000 < big.size * 4 / MEGABYTES < 27_000_000
    with throttled(big, RATE) as mirror:
        for moment in range(KILLS):
            process = big.project.start("fetch", "big", "--endpoint", mirror.url)
            wanted = big.size * moment // KILLS
            deadline = time.monotonic() + 60
            while big.arrived() <= wanted:
                assert process.poll() is None, "it ended before it was killed"
                assert time.monotonic() < deadline
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert process.returncode == -signal.SIGKILL
        ran = big.project.run("fetch", "big", "--endpoint", mirror.url)
        assert ran.code == 0, ran.err
        # what was on its way at a kill is sent for nothing; the mirror's threads notice within moments
        time.sleep(0.3)
        bytes_sent = sum(request.bytes_sent for request in sent(mirror))
    big.check()
    print(f"{KILLS} kills survived; {bytes_sent:,} bytes sent for {big.size:,}: {bytes_sent / big.size:.3f} times")
    assert bytes_sent <= 1.3 * big.size
