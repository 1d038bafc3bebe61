# Runs a program that lives with the data plane's tests; sourced by ops/simulate and ops/fuzz, which
# have described themselves to their readers.
#   run_from_tests NAME CLASS JVM_OPTION... -- ARGUMENT...
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
jars=$root/dataplane/target/test-class-path # written by the build

fail() {
  echo "$name: $*" >&2
  exit 1
}

# The directory of a JDK 25, told by its release file: starting each candidate would take seconds.
find_java() {
  local home
  for home in "${JAVA25_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* /opt/java/* /opt/jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -x "$home/bin/java" ] && grep -qs '^JAVA_VERSION="25[."]' "$home/release"; then
      echo "$home"
      return
    fi
  done
  fail "no JDK 25 found; install one, for example the package temurin-25-jdk, or set JAVA25_HOME"
}

stale() {
  [ ! -f "$main" ] || [ ! -f "$jars" ] || [ -n "$(find "$root"/{common,metadata,dataplane}/src \
    -name '*.java' -newer "$main" -print -quit)" ]
}

run_from_tests() {
  name=$1
  local class=$2 options=()
  shift 2
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  main=$root/dataplane/target/test-classes/${class//.//}.class
  if [ "${ASHLAR_BUILD:-}" != never ] && stale; then
    echo "$name: building" >&2
    (cd "$root" && mvn -q -Pquick -Dspotless.check.skip=true -pl dataplane -am test-compile) >&2 ||
      fail "the build failed; see above"
    touch "$main" # Maven leaves what has not changed
  fi
  [ -f "$main" ] && [ -f "$jars" ] ||
    fail "nothing is built; run 'mvn -pl dataplane -am test-compile' in $root"
  local java classes
  java=$(find_java)
  classes=$(printf '%s:' "$root"/dataplane/target/{test-classes,classes} \
    "$root"/{metadata,common}/target/classes)
  # One thread, small heap: the collector that costs least, and what grows shows.
  # shellcheck disable=SC2086
  exec "$java/bin/java" -Xmx512m -XX:+UseSerialGC "${options[@]}" ${ASHLAR_JAVA_OPTS:-} \
    -cp "$classes$(<"$jars")" "$class" "$@"
}
