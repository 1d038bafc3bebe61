"""Histories (history.py) of clients that send a write again, elsewhere, until it is acknowledged.

A try that had no answer may take effect as long as the write is not acknowledged, also more than once.
Not later: once a newer write of the block is acknowledged, too, the older one must never show again. If
it does, and had been sent more than once, a server kept one of its copies too long: a resurrected write.
"""


def merged(history):
    """Each write with all its tries as one, from the begin of the first to the acknowledgement."""
    writes = {}
    for op in history:
        if op["do"] == "write":
            writes.setdefault((op["client"], op["block"], op["stamp"]), []).append(op)
    return [op for op in history if op["do"] != "write"] + [whole(tries) for tries in writes.values()]


def whole(tries):
    outcomes = {op["outcome"]: op for op in tries}
    last = outcomes.get("ok") or outcomes.get("unknown") or tries[-1]
    return {**last, "began": min(op["began"] for op in tries), "tries": len(tries)}


def resurrected(operations):
    """Sentences by block, of a merged history in which no block has two writers."""
    writes, reads = {}, {}
    for op in operations:
        if op["outcome"] == "ok" and op["do"] in ("write", "read"):
            (writes if op["do"] == "write" else reads).setdefault(op["block"], []).append(op)
    found = {}
    for block in sorted(writes.keys() & reads.keys()):
        sentence = back_again(writes[block], reads[block])
        if sentence:
            found[block] = f"block {block}: {sentence}"
    return found


def back_again(writes, reads):
    older = {write["stamp"]: write for write in writes if write["tries"] > 1}
    for read in sorted(reads, key=lambda op: op["began"]):
        write = older.get(read["stamp"])
        if not write:
            continue
        newer = [w for w in writes if w["began"] > write["ended"] and w["ended"] < read["began"]]
        if newer:
            first = min(newer, key=lambda w: w["ended"])
            seconds = [round((moment - write["began"]) / 1e9, 1)
                       for moment in (write["ended"], first["ended"], read["ended"])]
            return (f"resurrected write: {write['stamp']} was sent {write['tries']} times and acknowledged"
                    f" after {seconds[0]} s, its successor {first['stamp']} after {seconds[1]} s, and after"
                    f" {seconds[2]} s it was there again")
    return None
