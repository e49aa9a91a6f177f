"""llama.cpp's own HTTP server on a port of the loopback. First line on stdout: its address.

    chat_server.py MODEL.gguf ALIAS THREADS SLOTS [PORT [CONTEXT]]

Without PORT, or with 0, on a free one. CONTEXT: tokens of one request and its answer (512).
"""
import signal
import sys

import xllamacpp

model, alias, threads, slots = sys.argv[1:5]
params = xllamacpp.CommonParams()
params.model.path = model
params.model_alias = {alias}
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[5]) if len(sys.argv) > 5 else 0
params.n_parallel = int(slots)
params.n_threads_http = 32  # each holds a connection; a client with more of them waits for one to be idle for seconds
params.n_ctx = (int(sys.argv[6]) if len(sys.argv) > 6 else 512) * params.n_parallel
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(threads)
# A prompt that starts from another one's cached beginning is added up in another order, and so
# may end in another word: only without the cache the same request gets the same answer.
params.cache_prompt = params.n_parallel > 1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
signal.pause()
