"""What the arms of a comparison share, whatever environment they run in."""
import json
import re
import urllib.request


def normal(text):
    """As the tasks' metric reads a reply: its first line without case, punctuation and outer space."""
    first = (text or "").strip().split("\n")[0].lower()
    return " ".join(re.sub(r"[^\w\s]", "", first).split())


def calls_so_far(address, key):
    """Of the counting server: calls, prompt tokens, completion tokens."""
    with urllib.request.urlopen(address + "/counts") as reply:
        return json.loads(reply.read()).get(key, [0, 0, 0])
