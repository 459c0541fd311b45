"""What really arrived: a topic of the runner's own, and what `assay inspect` says is stored there.

Every try writes after the one before; what it stored is the range of offsets that came since.
"""
import json
import os
import subprocess

ADMIN_PATIENCE_S = 60
INSPECT_PATIENCE_S = 300


class BrokerLost(Exception):
    """The broker cannot be used; the text says why."""


def _text(done):
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return lines[0] if lines else f"exit code {done.returncode}"


class Topic:
    """A topic of one partition, made by Kafka's own tool and removed by remove()."""

    def __init__(self, bootstrap, name, class_path, assay):
        self.bootstrap, self.name = bootstrap, name
        self.class_path, self.assay = class_path, assay
        self.end = 0  # the offset that the next record gets
        self.made = False

    def _tool(self, *options):
        command = ["java", "-cp", self.class_path, "org.apache.kafka.tools.TopicCommand",
                   "--bootstrap-server", self.bootstrap, "--topic", self.name, *options]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=ADMIN_PATIENCE_S,
                                  start_new_session=True)
        except (OSError, subprocess.TimeoutExpired) as failure:
            raise BrokerLost(f"{self.bootstrap}: {failure}") from failure

    def make(self):
        self.made = True  # half-made is removed, too
        done = self._tool("--create", "--partitions", "1")
        if done.returncode != 0:
            self.made = False
            raise BrokerLost(f"{self.bootstrap}: the topic {self.name} cannot be made: {_text(done)}")

    def remove(self):
        if self.made:
            self._tool("--delete", "--if-exists")
        self.made = False

    def arrived(self):
        """What `assay inspect` says of everything stored since the last call."""
        command = [self.assay, "inspect", self.name, "--bootstrap", self.bootstrap, "--partition",
                   "0", "--from", str(self.end), "--levels", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSPECT_PATIENCE_S,
                              env={**os.environ, "NO_COLOR": "1"})
        if done.returncode != 0:
            raise BrokerLost(_text(done))
        told = json.loads(done.stdout)
        if told["last_offset"] is not None:
            self.end = told["last_offset"] + 1
        return told


def level_of(told, codec):
    """The part of `assay inspect --levels` on one codec, in few words; None where it has none."""
    for row in told["levels"]:
        if row["codec"] == codec:
            return {
                "levels": sorted({fit["level"] for fit in row["nearest"]}),
                "manner": sorted({fit["manner"] for fit in row["nearest"]}),
                "exact": row["exact"],
                "off": row["off"],
                "by": f"{row['library']} {row['library_version']}",
                **({"gzip_extra_flags": row["gzip_extra_flags"]} if codec == "gzip" else {}),
            }
    return None
