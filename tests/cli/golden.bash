# Golden output: what a command is to print, to the byte, one file a case in tests/golden.
# UPDATE_GOLDEN=1 records what is printed now instead of comparing; read the difference before it is
# committed.

# golden NAME: standard input is tests/golden/NAME, or the difference is shown and the test fails.
golden() {
    local file=$BATS_TEST_DIRNAME/../golden/$1
    if [ -n "${UPDATE_GOLDEN-}" ]; then
        mkdir -p "$(dirname "$file")"
        cat >"$file"
        return
    fi
    diff -u --label "tests/golden/$1" --label "printed now" "$file" - || {
        echo "UPDATE_GOLDEN=1 bats $BATS_TEST_FILENAME records what is printed now."
        return 1
    }
}
