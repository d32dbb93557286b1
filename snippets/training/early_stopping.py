# zh: 早停：变好就存一份权重，连续几轮不变好就停，然后取回最好的。
# en: Early stopping: copy what improves, stop after patience, restore the best.
import copy
import math

from torch import nn


class EarlyStopping:
    def __init__(self, model, patience, min_delta):
        self.model = model
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.epoch = self.best_epoch = -1
        self.state = None

    def should_stop(self, loss):
        if not math.isfinite(loss):
            raise ValueError(f"validation loss is {loss}")
        self.epoch += 1
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch = loss, self.epoch
            self.state = copy.deepcopy(self.model.state_dict())
        return self.epoch - self.best_epoch >= self.patience

    def restore(self):
        self.model.load_state_dict(self.state)


model = nn.Linear(1, 1)
stopping = EarlyStopping(model, patience=3, min_delta=0.1)
for epoch, loss in enumerate([5.0, 3.0, 2.0, 2.5, 2.2, 2.0, 1.0]):
    nn.init.constant_(model.weight, float(epoch))
    if stopping.should_stop(loss):
        break

print(epoch, model.weight.item())
stopping.restore()
print(f"{stopping.best_epoch} {model.weight.item()} {stopping.best}")

try:
    stopping.should_stop(math.nan)
except ValueError as error:
    print(error)
