"""Reads one image record (envelope or chunk), as docs/image-envelope.md describes it.
Usage: image_record.py FILE: prints its fields as JSON; the data go to FILE.data."""
import json, struct, sys

TABLE = []
for n in range(256):
    for _ in range(8):
        n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
    TABLE.append(n)

def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF

def read(record):
    if record[:4] == b"AIMG":
        names = "magic version kind reserved metadata_size data_size data_crc head_crc".split()
        head = struct.Struct(">4sBBHIQII")
    else:
        names = ("magic version reserved id index count total_size offset chunk_size data_size "
                 "metadata_size image_crc data_crc head_crc").split()
        head = struct.Struct(">4sB3s16sIIQQIIIIII")
    f = dict(zip(names, head.unpack_from(record)))
    metadata = record[head.size:head.size + f["metadata_size"]]
    data = record[head.size + len(metadata):]
    assert f["magic"] in (b"AIMG", b"AIMC") and f["version"] == 1 and not any(bytes(f["reserved"]))
    assert len(data) == f["data_size"] and crc32c(data) == f["data_crc"]
    assert crc32c(record[:head.size - 4] + metadata) == f["head_crc"]
    return f, json.loads(metadata), data

if __name__ == "__main__":
    fields, metadata, data = read(open(sys.argv[1], "rb").read())
    open(sys.argv[1] + ".data", "wb").write(data)
    print(json.dumps({k: v.hex() if isinstance(v, bytes) else v for k, v in fields.items()}
                     | {"metadata": metadata}))
