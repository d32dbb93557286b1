# zh: 命中时不更新顺序的缓存是 FIFO，不是 LRU：刚用过的也会先被挤掉。
# en: A cache that ignores hits is FIFO, not LRU: it evicts what was used last.
from collections import OrderedDict


def run(accesses, room, refresh):
    cache = OrderedDict()
    for key in accesses:
        if key in cache:
            if refresh:
                cache.move_to_end(key)
            continue
        if len(cache) == room:
            cache.popitem(last=False)
        cache[key] = f"sample {key}"
    return list(cache)


# zh: 依次访问 0、1、0、2，只放得下两个。
# en: Access 0, 1, 0, 2 with room for two.
accesses = [0, 1, 0, 2]
print("FIFO", run(accesses, room=2, refresh=False))
print("LRU ", run(accesses, room=2, refresh=True))
