"""Does what each line on stdin asks of the Store that the argument names, and answers line by line.

A line is {"call": NAME, "arguments": {..}}; its answer is {"said": VALUE} or {"refused": TEXT}.
"""

import dataclasses
import datetime
import json
import sys

from motus.kernel.projections import project_receipt
from motus.kernel.store import Store

store = Store(sys.argv[1])


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def answer(call, arguments):
    if "now" in arguments:
        seconds = arguments["now"]
        arguments["now"] = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    if call == "receipt":
        return canonical(project_receipt(store.snapshot(**arguments)))
    said = getattr(store, call)(**arguments)
    return dataclasses.asdict(said) if dataclasses.is_dataclass(said) else said


for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = {"said": answer(request["call"], request["arguments"])}
    except Exception as error:
        # The text of a KeyError is that of its argument, in quotes.
        reply = {"refused": str(error.args[0])}
    print(canonical(reply), flush=True)
