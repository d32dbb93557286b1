# needs: cuda
# zh: 默认后端为显卡生成融合的核函数：结果在误差之内相同。
# en: The default backend makes fused kernels for the GPU; the results agree closely.
import torch


@torch.compile(fullgraph=True)
def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / 2**0.5))


torch.manual_seed(0)
x = torch.randn(1024, device="cuda", requires_grad=True)
y = gelu(x)
expected = torch.nn.functional.gelu(x)
print(y.device.type, torch.allclose(y, expected, atol=1e-5))

y.sum().backward()
by_compiled, x.grad = x.grad, None
expected.sum().backward()
print(torch.allclose(by_compiled, x.grad, atol=1e-5))
