"""Produces lines of a file with aiokafka, and says in one line of JSON what came of it.

produce_aiokafka.py BOOTSTRAP TOPIC CODEC LEVEL FILE [SETTINGS]: CODEC "none" sets no
compression_type; LEVEL "-" asks for no level; SETTINGS, in JSON, are added to the client's. The
versions of Python and of the client are told whatever happens.
"""
import asyncio
import json
import sys

TIMESTAMP_MS = 1700000000000  # one for all: batches then hold nothing but the values
BATCH_BYTES = 65536
LINGER_MS = 50


async def produce(aiokafka, bootstrap, topic, codec, level, lines, settings):
    options = {
        "bootstrap_servers": bootstrap,
        "max_batch_size": BATCH_BYTES,
        "linger_ms": LINGER_MS,
    }
    if codec != "none":
        options["compression_type"] = codec
    if level != "-":
        options["compression_level"] = int(level)
    options.update(settings)
    try:
        producer = aiokafka.AIOKafkaProducer(**options)
    except Exception as refusal:  # whatever the client raises is its answer
        return {"outcome": "refused", "message": f"{type(refusal).__name__}: {refusal}"}
    try:
        await producer.start()
        sends = [
            await producer.send(topic, line, partition=0, timestamp_ms=TIMESTAMP_MS)
            for line in lines
        ]
        await producer.flush()
        await asyncio.gather(*sends)
    except Exception as failure:
        return {"outcome": "failed", "message": f"{type(failure).__name__}: {failure}"}
    finally:
        await producer.stop()
    return {"outcome": "sent", "message": f"{len(lines)} records acknowledged"}


def main():
    bootstrap, topic, codec, level, path = sys.argv[1:6]
    settings = json.loads(sys.argv[6]) if len(sys.argv) > 6 else {}
    answer = {"python": sys.version.split()[0], "version": "unknown"}
    try:
        import aiokafka
    except Exception as failure:
        answer.update(outcome="failed", message=f"import: {type(failure).__name__}: {failure}")
        print(json.dumps(answer))
        return
    answer["version"] = aiokafka.__version__
    with open(path, "rb") as file:
        lines = file.read().splitlines()
    answer.update(asyncio.run(produce(aiokafka, bootstrap, topic, codec, level, lines, settings)))
    print(json.dumps(answer))


main()
