# runs: file
# zh: 一个进程出错，spawn 会停掉其余的，再把错误带回来：不留孤儿进程。
# en: When one process fails, spawn stops the others and brings the error: no orphans.
import logging
import time

import torch.multiprocessing as mp


def work(rank):
    if rank == 1:
        raise ValueError(f"rank {rank} has bad data")
    time.sleep(60)


if __name__ == "__main__":
    # zh: 它停掉进程时会写一条日志，这里不看。
    # en: It logs each process that it stops; not shown here.
    logging.getLogger("torch.multiprocessing.spawn").setLevel(logging.ERROR)
    context = mp.spawn(work, nprocs=2, join=False)
    try:
        while not context.join():
            pass
    except mp.ProcessRaisedException as error:
        print(str(error).splitlines()[-1])
    print([process.is_alive() for process in context.processes])
