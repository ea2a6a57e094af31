# The Python client `presto-python-client`.
import prestodb


def cursor(host, port):
    return prestodb.dbapi.connect(host=host, port=port, user="tester").cursor()


