# zh: 默认值以装好的版本为准：从签名里读。
# en: The defaults are the installed version's: read them from the signature.
import inspect

from torch.utils.data import DataLoader

for name, parameter in inspect.signature(DataLoader).parameters.items():
    if parameter.default is not inspect.Parameter.empty:
        print(f"{name:23} {parameter.default!r}")
