"""The clients that scripts/clients/run tries, as data: one row each.

A row's name is what claims and --only call it. Packages are pinned with hashes in
requirements/NAME.txt (record-hashes writes them). "codecs" are those the client documents; "levels"
are asked for besides the client's own default, to see what it makes of them. "settings" are given to
the client as they are; "environment" is the row whose packages it shares.
"""

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")

# Neither Python client documents a level; one is asked for all the same, to show the answer.
NO_LEVEL_SETTING = {"gzip": (6,), "zstd": (22,)}

CLIENTS = (
    {
        "name": "aiokafka-0.11.0",
        "library": "aiokafka",
        "says": "as pip installs it",
        "program": "produce_aiokafka.py",
        "python": ((3, 8), (3, 12)),
        "levels": {},
    },
    {
        "name": "aiokafka-0.11.0+zstd",
        "library": "aiokafka",
        "says": "with its zstd extra, which is cramjam",
        "program": "produce_aiokafka.py",
        "python": ((3, 8), (3, 12)),
        "levels": NO_LEVEL_SETTING,
    },
    {
        "name": "aiokafka-0.11.0+acks-1",
        "library": "aiokafka",
        "says": "idempotent, and told acks=1",
        "environment": "aiokafka-0.11.0",
        "program": "produce_aiokafka.py",
        "settings": {"enable_idempotence": True, "acks": 1},
        "python": ((3, 8), (3, 12)),
        "codecs": ("none",),
        "levels": {},
    },
    {
        "name": "aiokafka-0.11.0+max-in-flight",
        "library": "aiokafka",
        "says": "told max_in_flight_requests_per_connection=5",
        "environment": "aiokafka-0.11.0",
        "program": "produce_aiokafka.py",
        "settings": {"max_in_flight_requests_per_connection": 5},
        "python": ((3, 8), (3, 12)),
        "codecs": ("none",),
        "levels": {},
    },
    {
        "name": "aiokafka-0.8.1",
        "library": "aiokafka",
        "says": "with kafka-python 2.0.2 beside it",
        "program": "produce_aiokafka.py",
        "python": ((3, 8), (3, 11)),
        "levels": {},
    },
    {
        "name": "aiokafka-0.8.1+codecs",
        "library": "aiokafka",
        "says": "with kafka-python 2.0.2, python-snappy, lz4 and zstandard",
        "program": "produce_aiokafka.py",
        "python": ((3, 8), (3, 11)),
        "levels": NO_LEVEL_SETTING,
    },
    {
        "name": "aiokafka-0.8.1+kafka-python-3",
        "library": "aiokafka",
        "says": "with the kafka-python that pip chooses by itself",
        "program": "produce_aiokafka.py",
        "python": ((3, 8), (3, 11)),
        "codecs": ("none", "zstd"),
        "levels": {},
    },
    {
        "name": "kafka-python-2.0.2",
        "library": "kafka-python",
        "says": "as pip installs it",
        "program": "produce_kafka_python.py",
        "python": ((3, 8), (3, 11)),
        "levels": {},
    },
    {
        "name": "kafka-python-2.0.2+codecs",
        "library": "kafka-python",
        "says": "with python-snappy, lz4 and zstandard",
        "program": "produce_kafka_python.py",
        "python": ((3, 8), (3, 11)),
        "levels": NO_LEVEL_SETTING,
    },
    {
        "name": "java-4.3.1",
        "library": "kafka-clients",
        "says": "Kafka's own client, its console producer",
        "program": None,
        "levels": {
            "gzip": (1, 6, 9, 10),
            "lz4": (1, 9, 17, 18),
            "zstd": (1, 3, 6, 12, 13, 19, 22, 23),
        },
    },
)


def tries(client):
    """(codec, level) of everything to be tried with a client; level None: the client's default."""
    codecs = client.get("codecs", CODECS)
    for codec in codecs:
        yield codec, None
        for level in client["levels"].get(codec, ()):
            yield codec, level
