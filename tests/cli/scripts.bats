#!/usr/bin/env bats
# The project's own scripts: the layer check sees what it must, the set-up repeats without network.

setup() { cd "$BATS_TEST_DIRNAME/../.." || exit 1; }

# A small tree in which FILE holds the include LINE.
plant() { # FILE LINE
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree"/{base,codecs,core/kafka,core/image,scenarios,reports,bench/run,cli}
    mkdir -p "$tree/bench/"{measure,payload,plan,trial}
    printf '/* a file */\n%s\n' "$2" >"$tree/$1"
}

refused() { # FILE LINE WHAT
    plant "$1" "$2"
    run scripts/check-layers "$tree"
    [ "$status" -eq 1 ] || { echo "accepted: $1: $2"; return 1; }
    grep -q "^$1:2: .*$3" <<<"$output" || { echo "said: $output"; return 1; }
    rm -r "$tree"
}

accepted() { # FILE LINE
    plant "$1" "$2"
    scripts/check-layers "$tree"
    rm -r "$tree"
}

@test "check-layers names an include of a higher layer" {
    refused base/a.c '#include "codecs/codec.h"' "higher layer"
    refused core/kafka/a.h '#  include "bench/run/b.h"' "higher layer"
    refused reports/a.c '#include "codecs/codec.h"' "without codecs"
    refused reports/a.c '#include "core/kafka/client.h"' "without core"
    accepted cli/a.c '#include "base/err.h"'
    accepted base/a.c '#include "base/err.h"'
}

@test "check-layers names both sides of a circle of folders" {
    plant core/image/b.c '#include "core/kafka/a.h"'
    refused core/kafka/a.c '#include "core/image/b.h"' "makes a circle"
    plant bench/trial/b.c '#include "bench/run/a.h"'
    plant bench/plan/c.c '#include "bench/trial/b.h"'
    refused bench/run/a.c '#include "bench/plan/c.h"' "makes a circle"
    accepted core/image/a.c '#include "core/kafka/b.h"'
    accepted bench/run/a.c '#include "bench/payload/b.h"'
}

@test "check-layers lets a codec bring its library without a row" {
    accepted codecs/codec_brotli.c '#include <brotli/encode.h>'
    plant codecs/codec_brotli.c '#include <brotli/encode.h>'
    refused codecs/codec_other.c '#include <brotli/encode.h>' "belongs to codecs/codec_brotli.c"
    refused codecs/codec.c '#include <brotli/encode.h>' "belongs to"
}

@test "check-layers keeps third-party headers in their place" {
    refused bench/run/a.c '#include <librdkafka/rdkafka.h>' "librdkafka"
    refused cli/a.c '#include <zstd.h>' "belongs to"
    refused bench/run/a.c '#include <microhttpd.h>' "belongs to"
    refused cli/a.c '#include <curl/curl.h>' "belongs to"
    refused base/a.c '#include <gsl/gsl_math.h>' "no known system header"
    refused base/a.c '#include "err.h"' "in no layer"
    accepted core/kafka/a.c '#include <librdkafka/rdkafka.h>'
    accepted base/a.c '#include <sys/stat.h>'
}

@test "a second set-up does nothing, from any folder and without network" {
    [ "$(id -u)" = 0 ] && unshare -n true 2>/dev/null || skip "cannot take the network away here"
    root=$PWD
    cd /
    run unshare -n "$root/scripts/setup" test
    [ "$status" -eq 0 ]
    [ -z "$output" ] || { echo "said: $output"; false; }
}

@test "a changed jar is found" {
    lib=$BATS_TEST_TMPDIR/lib
    cp -r var/kafka/lib "$lib"
    (cd "$lib" && sha256sum --quiet --strict -c "$OLDPWD/scripts/kafka/jars.sha256")
    echo x >>"$lib/slf4j-api-1.7.36.jar"
    cd "$lib"
    run sha256sum --quiet --strict -c "$OLDPWD/scripts/kafka/jars.sha256"
    [ "$status" -ne 0 ]
}

@test "check-words names a banned word, where it stands and the word to use; a row without one is refused" {
    plant cli/a.c '/* the frobnicator of a run */'
    mkdir -p "$tree/tests/words"
    printf '# words\nfrob[a-z]*tor\tcodec\n' >"$tree/tests/words/banned.txt"
    run scripts/check-words "$tree"
    [ "$status" -eq 1 ]
    [ "$output" = 'cli/a.c:2:/* the frobnicator of a run */    (use: codec)' ]
    printf '/* the codec of a run */\n' >"$tree/cli/a.c"
    run scripts/check-words "$tree"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    echo 'frobnicator' >>"$tree/tests/words/banned.txt"
    run scripts/check-words "$tree"
    [ "$status" -eq 1 ]
    [ "$output" = 'tests/words/banned.txt: "frobnicator": found no tab and word behind it; expected both' ]
}

@test "scripts/test says what its option adds, and refuses another with a sentence" {
    run scripts/test --help
    [ "$status" -eq 0 ]
    grep -q '^  fuzz  ' <<<"$output"
    grep -q '^  bench  ' <<<"$output"
    run scripts/test --everything
    [ "$status" -eq 2 ]
    [ "$output" = 'scripts/test: found "--everything"; expected --all, --help or nothing' ]
}
