"""Runs tests of commits by Celery, as carefully as Celery can: a task is acknowledged after it has run, is given
again when its process is lost, a process has one at a time, and each message is confirmed by the broker.

`celery -A celery_peer worker` runs them. `celery_peer.py` sends them: for each line of its input, a folder for the
verdicts and then the commits, and prints when it began, in nanoseconds since 1970.
"""

import os
import subprocess
import sys
import time

from billiard import current_process
from celery import Celery

app = Celery("celery_peer", broker=os.environ["PEER_BROKER"])
app.conf.update(
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_default_queue="peer",
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
)


@app.task(name="verdict")
def verdict(commit, test, out):
    clone = os.path.join(os.environ["PEER_CLONES"], "clone-%d" % current_process().index)
    subprocess.run(["git", "checkout", "-q", "-f", commit], cwd=clone, check=True)
    subprocess.run(["git", "clean", "-q", "-f", "-d", "-x"], cwd=clone, check=True)
    with open(os.path.join(out, commit + ".log"), "wb") as log:
        ended = subprocess.run(["sh", "-c", test], cwd=clone, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    with open(os.path.join(out, commit + ".verdict"), "w") as file:
        file.write("passed\n" if ended.returncode == 0 else "failed\n")


def send():
    with app.producer_pool.acquire(block=True) as producer:
        for line in sys.stdin:
            out, *commits = line.split()
            print(time.time_ns(), flush=True)
            for commit in commits:
                verdict.apply_async((commit, os.environ["PEER_TEST"], out), producer=producer)


if __name__ == "__main__":
    send()
