# The Python client `trino`.
import trino


def cursor(host, port):
    return trino.dbapi.connect(host=host, port=port, user="tester").cursor()


