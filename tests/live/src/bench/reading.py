# Reads a result with the client above, and writes what that took.
import json
import resource
import sys
import time

address, sql = sys.argv[1:]
host, port = address.split(":")
start = time.time()
reader = cursor(host, int(port))
reader.execute(sql)
rows = 0
while page := reader.fetchmany(10000):
    rows += len(page)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "rows": rows,
    "seconds": time.time() - start,
    "cpu_seconds": usage.ru_utime + usage.ru_stime,
    "peak": usage.ru_maxrss * 1024,
}))
