# The Python client PyHive.
from pyhive import hive


def cursor(host, port):
    opened = hive.connect(host=host, port=port, username="tester").cursor()
    # How many rows it asks for at once; a thousand if it is left alone.
    opened.arraysize = 10000
    return opened


