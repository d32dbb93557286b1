# raises: RuntimeError
# zh: 中间两个数不相等：4 列对 3 行。
# en: The inner sizes differ: 4 columns meet 3 rows.
import torch

a = torch.ones(2, 4)
b = torch.ones(3, 5)
a @ b
