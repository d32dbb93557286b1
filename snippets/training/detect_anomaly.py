# raises: RuntimeError
# zh: 前向好好的，NaN 出在反向：detect_anomaly 当场报错，说出是哪个运算。
# en: Forward is well; detect_anomaly raises at the backward step that makes a NaN.
import warnings

import torch

x = torch.tensor(0.0, requires_grad=True)
# zh: 它还会打印是哪一行前向代码，这里不看。
# en: It also prints the line of the forward pass; not shown here.
warnings.simplefilter("ignore")
with torch.autograd.detect_anomaly():
    y = x.square().sqrt()
    print(y.item())
    # zh: sqrt 在 0 处的导数是 inf，再乘上 square 的导数 0。
    # en: At 0 the derivative of sqrt is inf; times 0, that of square, it is NaN.
    y.backward()
