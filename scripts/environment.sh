# Sourced by the other scripts: where the checkout is, and caches that stay inside it.
# shellcheck shell=bash
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VAR=$ROOT/var
CACHE=$VAR/cache
export PIP_CACHE_DIR=$CACHE/pip PIP_DISABLE_PIP_VERSION_CHECK=1
export npm_config_cache=$CACHE/npm npm_config_update_notifier=false npm_config_fund=false
export GOPATH=$CACHE/go GOMODCACHE=$CACHE/go/mod GOCACHE=$CACHE/go/build GOFLAGS=-modcacherw
export MAVEN_REPOSITORY=$CACHE/maven

say() { printf '%s\n' "$*"; }
die() {
    printf '%s\n' "$*" >&2
    exit 5
}

# The broker's jars in one fixed order: the archive of preloaded classes is only used when the
# class path is letter for letter the one it was made with.
kafka_class_path() {
    (cd "$VAR/kafka/lib" && LC_ALL=C printf '%s\n' "$PWD"/*.jar | LC_ALL=C sort | paste -sd: -)
}
