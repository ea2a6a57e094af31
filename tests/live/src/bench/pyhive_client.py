# Reads a result with the Python client PyHive and writes what that took.
import json
import resource
import sys
import time

from pyhive import hive

address, sql = sys.argv[1:]
host, port = address.split(":")
start = time.time()
cursor = hive.connect(host=host, port=int(port), username="tester").cursor()
cursor.arraysize = 10000
cursor.execute(sql)
rows = 0
while page := cursor.fetchmany(10000):
    rows += len(page)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "rows": rows,
    "seconds": time.time() - start,
    "cpu_seconds": usage.ru_utime + usage.ru_stime,
    "peak": usage.ru_maxrss * 1024,
}))
