# What a command run with "run" said: says PATTERN fails, and shows all of it, when no line matches
# the extended regular expression.
# shellcheck disable=SC2154 # bats sets output

says() {
    grep -qE -- "$1" <<<"$output" || {
        printf 'not said: %s\nin:\n%s\n' "$1" "$output"
        return 1
    }
}

# Fails when the command finds something.
gone() {
    if "$@"; then return 1; fi
}
