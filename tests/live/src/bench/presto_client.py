# Reads a result with the Python client `presto-python-client` and writes what that took.
import json
import resource
import sys
import time

import prestodb

address, sql = sys.argv[1:]
host, port = address.split(":")
start = time.time()
connection = prestodb.dbapi.connect(host=host, port=int(port), user="tester")
cursor = connection.cursor()
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
