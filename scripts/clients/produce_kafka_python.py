"""Produces lines of a file with kafka-python, and says in one line of JSON what came of it.

produce_kafka_python.py BOOTSTRAP TOPIC CODEC LEVEL FILE: CODEC "none" sets no compression_type;
LEVEL "-" asks for no level. The versions of Python and of the client are told whatever happens.
"""
import json
import sys

TIMESTAMP_MS = 1700000000000  # one for all: batches then hold nothing but the values
BATCH_BYTES = 65536
LINGER_MS = 50
PATIENCE_S = 60


def produce(kafka, bootstrap, topic, codec, level, lines):
    options = {
        "bootstrap_servers": bootstrap,
        "batch_size": BATCH_BYTES,
        "linger_ms": LINGER_MS,
        "acks": "all",
    }
    if codec != "none":
        options["compression_type"] = codec
    if level != "-":
        options["compression_level"] = int(level)
    try:
        producer = kafka.KafkaProducer(**options)
    except kafka.errors.NoBrokersAvailable as failure:
        return {"outcome": "failed", "message": f"{type(failure).__name__}: {failure}"}
    except Exception as refusal:  # whatever the client raises is its answer
        return {"outcome": "refused", "message": f"{type(refusal).__name__}: {refusal}"}
    try:
        sends = [
            producer.send(topic, line, partition=0, timestamp_ms=TIMESTAMP_MS)
            for line in lines
        ]
        producer.flush(PATIENCE_S)
        for send in sends:
            send.get(PATIENCE_S)
    except Exception as failure:
        return {"outcome": "failed", "message": f"{type(failure).__name__}: {failure}"}
    finally:
        producer.close(PATIENCE_S)
    return {"outcome": "sent", "message": f"{len(lines)} records acknowledged"}


def main():
    bootstrap, topic, codec, level, path = sys.argv[1:]
    answer = {"python": sys.version.split()[0], "version": "unknown"}
    try:
        import kafka
        import kafka.errors
    except Exception as failure:
        answer.update(outcome="failed", message=f"import: {type(failure).__name__}: {failure}")
        print(json.dumps(answer))
        return
    answer["version"] = kafka.__version__
    with open(path, "rb") as file:
        lines = file.read().splitlines()
    answer.update(produce(kafka, bootstrap, topic, codec, level, lines))
    print(json.dumps(answer))


main()
