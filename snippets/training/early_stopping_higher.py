# zh: 指标越大越好时（准确率），取相反数就能照用。
# en: If higher is better (accuracy), pass the negative.
best, best_epoch, patience = float("inf"), -1, 2
for epoch, accuracy in enumerate([0.5, 0.7, 0.8, 0.79, 0.8, 0.9]):
    if -accuracy < best:
        best, best_epoch = -accuracy, epoch
    if epoch - best_epoch >= patience:
        break
print(epoch, best_epoch, -best)
