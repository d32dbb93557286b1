# needs: cuda
# raises: RuntimeError
# zh: 让暗中的等待现形：会同步的调用当场报错。
# en: Bring hidden waits to light: a call that synchronizes raises at once.
import warnings

import torch

total = torch.zeros((), device="cuda")
with warnings.catch_warnings():
    # zh: 它只是提示：这个功能还在试验。
    # en: It only says that the feature is a prototype.
    warnings.simplefilter("ignore")
    torch.cuda.set_sync_debug_mode("error")

try:
    total += 1
    print("queued")
    total.item()
finally:
    torch.cuda.set_sync_debug_mode("default")
