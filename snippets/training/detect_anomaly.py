# raises: RuntimeError
# zh: detect_anomaly 让第一个产生 NaN 的反向运算当场报错。
# en: detect_anomaly raises at the first backward operation that makes a NaN.
import warnings

import torch

x = torch.tensor(-1.0, requires_grad=True)
# zh: 它还会打印是哪一行前向代码，这里不看。
# en: It also prints the line of the forward pass; not shown here.
warnings.simplefilter("ignore")
with torch.autograd.detect_anomaly():
    x.sqrt().backward()
