"""llama.cpp's own HTTP server on a free port of the loopback. First line on stdout: its address.

    chat_server.py MODEL.gguf ALIAS THREADS SLOTS
"""
import signal
import sys

import xllamacpp

model, alias, threads, slots = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = model
params.model_alias = {alias}
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_parallel = int(slots)
params.n_ctx = 512 * params.n_parallel
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(threads)
# A prompt that starts from another one's cached beginning is added up in another order, and so
# may end in another word: only without the cache the same request gets the same answer.
params.cache_prompt = params.n_parallel > 1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
signal.pause()
