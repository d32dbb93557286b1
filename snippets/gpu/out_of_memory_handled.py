# needs: cuda
# zh: 接住显存错误，减半再试：64、32 放不下，16 可以。
# en: Catch the out-of-memory error and halve: 64 and 32 do not fit, 16 does.
import torch

# zh: 只许用 1.5 GiB，在哪张卡上结果都一样。
# en: Allow 1.5 GiB alone, so that every card gives the same result.
total = torch.cuda.get_device_properties(0).total_memory
torch.cuda.set_per_process_memory_fraction(1.5 * 2**30 / total)


def fit_batch(step, batch):
    while True:
        try:
            return batch, step(batch)
        except torch.OutOfMemoryError:
            print(batch, "does not fit")
            if batch == 1:
                raise
        # zh: 到这里异常已经没了，失败那一步的张量也放掉了。
        # en: Here the exception is gone, and with it the tensors of the failed step.
        torch.cuda.empty_cache()
        batch //= 2


def step(batch):
    # zh: 每个样本 64 MiB。
    # en: 64 MiB a sample.
    work = torch.ones(batch, 2**24, device="cuda")
    return tuple(work.shape)


print(fit_batch(step, 64))
torch.cuda.set_per_process_memory_fraction(1.0)
