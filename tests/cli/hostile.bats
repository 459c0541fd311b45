#!/usr/bin/env bats
# Bad input of many kinds: the right exit code, one line that says what is wrong, nothing started,
# nothing left, and never a wait for something that does not come.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$PWD/${ASSAY:-build/release/assay}
    case ${ASSAY:-} in /*) assay=$ASSAY ;; esac
    tmp=$BATS_TEST_TMPDIR
    printf 'codecs: gzip\npayloads: iot\nrecords: 100\n' >"$tmp/one.yaml"
}

# refuses CODE TEXT WORD...: assay WORD... ends soon with CODE and says one line that holds TEXT.
refuses() {
    local code=$1 says=$2 status=0
    shift 2
    timeout 10 "$assay" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
    [ "$status" -eq "$code" ] || { echo "exit $status: $(cat "$tmp/err")"; return 1; }
    grep -qF -- "$says" "$tmp/err" || { echo "said: $(cat "$tmp/err")"; return 1; }
    [ "$(wc -l <"$tmp/err")" -eq 1 ]
}

@test "a hundred thousand brackets are refused at once" {
    { printf 'codecs: '; printf '[%.0s' $(seq 100000); } >"$tmp/deep.yaml"
    refuses 2 "deep.yaml:1: nested too deeply" run --plan "$tmp/deep.yaml"
}

@test "what a file or a user gave cannot steer the terminal or break the line" {
    printf 'codecs: "gz\\e[31mip"\npayloads: iot\n' >"$tmp/colour.yaml"
    refuses 2 'colour.yaml:1: found a control character in a value' run --plan "$tmp/colour.yaml"
    refuses 2 'blocks=3?codecs' run --plan "$tmp/one.yaml" --set $'blocks=3\ncodecs: x'
    refuses 2 'no command "?[31mred"' $'\e[31mred'
    refuses 2 'assay --help lists them' "$(printf 'x%.0s' $(seq 50000))"
    [ "$(wc -c <"$tmp/err")" -lt 200 ]
}

@test "a pipe in the place of a file is refused, not waited for" {
    mkfifo "$tmp/pipe"
    refuses 2 "pipe: found no regular file" run "$tmp/one.yaml" --bootstrap 127.0.0.1:1 --client-config "$tmp/pipe"
    mkdir -p "$tmp/log/topic-0"
    mkfifo "$tmp/log/topic-0/00000000000000000000.log"
    refuses 2 "found no regular file; expected a segment" inspect topic --log-dir "$tmp/log"
    refuses 2 "/dev/zero: found a device" codec /dev/zero
}

@test "names that no broker takes are refused before anything is started" {
    for name in ../../etc/passwd 'a b' '' ü; do
        refuses 2 "--topic" run "$tmp/one.yaml" --bootstrap 127.0.0.1:1 --topic "$name" --out "$tmp/result"
        refuses 2 "--topic-prefix" run "$tmp/one.yaml" --topic-prefix "$name" --out "$tmp/result"
    done
    refuses 2 "--topic: \"..\" cannot be the name" run "$tmp/one.yaml" --bootstrap 127.0.0.1:1 --topic ..
    refuses 2 "--topic-prefix: 300 characters" run "$tmp/one.yaml" --topic-prefix "$(printf 'x%.0s' $(seq 300))"
    [ ! -e "$tmp/result" ]
}

@test "a limit of nothing is no limit that can be meant" {
    refuses 2 '--max-bytes: "0" is too small' run "$tmp/one.yaml" --max-bytes 0
    refuses 2 '--heap: "0" is too small' run "$tmp/one.yaml" --heap 0
    refuses 2 '--min-time: "2 h" is too long' codec --min-time '2 h' "$tmp/one.yaml"
}

@test "properties of a scenario are checked by --plan, and the option -X is not blamed" {
    refuses 2 "one.yaml: properties: nonsense: no such property" run --plan "$tmp/one.yaml" --set 'properties={nonsense: x}'
    refuses 2 "-X: nonsense: no such property" run --plan "$tmp/one.yaml" -X nonsense=x
    refuses 2 "-X: nonsense: no such property" inspect topic --bootstrap 127.0.0.1:1 -X nonsense=x
}

@test "what stands after -- is an operand" {
    printf 'abc\n' >"$tmp/--json"
    cd "$tmp"
    run "$assay" codec --codec none --min-time 0 -- --json
    [ "$status" -eq 0 ]
    [[ $output == *"--json: 4 B"* ]]
}

@test "an empty file among data is called empty" {
    : >"$tmp/empty.bin"
    refuses 2 "empty.bin: no records in it, only empty lines or an empty file" run --plan "$tmp/one.yaml" --data "$tmp/empty.bin"
}

@test "an option of another command is told as that" {
    refuses 2 "there is no option --until-decided here; it belongs to assay claims" run quick --until-decided
    refuses 2 "there is no option --blocks here; it belongs to assay run, claims and gate" codec --blocks=3 x
    refuses 2 "unknown option --bloks; did you mean --blocks?" run --bloks 3
}
