# Nodes in network namespaces, for the benchmarks that source this: they set $name (of the lab and of what is said).
# After it: $work, a folder that goes with the script; the hosts of `netlab up` and the nodes of `start` go too.
export PATH=$PATH:/usr/sbin:/sbin DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 LC_ALL=C
unset FERRY_HOME
say() { echo "$name: $*" >&2; }
die() { say "$*"; exit 1; }
[[ $EUID == 0 ]] || die "network namespaces need root"

need() {  # TOOL:PACKAGE...
  local missing=() tool
  for tool; do command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}"); done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" libc6-dev; } >&2
}
need ip:iproute2 cc:gcc flock:util-linux column:bsdextrautils

say "building, as the ferry script does: what users run"
./ferry --version >&2
program=(dotnet "$PWD/artifacts/ferry/ferry-node.dll")
lab=${name:0:3}$(($$ % 10000))
netlab() { tests/labs/netlab/netlab --lab "$lab" "$@"; }
work=$(mktemp -d)
nodes=()
clean() {
  ((${#nodes[@]} == 0)) || kill -KILL "${nodes[@]}" 2>/dev/null || :
  netlab down || :
  rm -rf "$work"
}
trap clean EXIT

now() { date +%s%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f\n", (b - a) / 1e6 }'; }  # milliseconds
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
# Numbers, one a line -> "median (min..max)"
spread() { sort -n | awk '{ v[NR] = $1 } END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%.4g (%.4g..%.4g)", m, v[1], v[NR] }'; }
machine() { echo "Linux $(uname -r), $(nproc) cores ($(sed -n 's/model name\s*: //p' /proc/cpuinfo | head -n1)), .NET $(dotnet --version), $(date +%F), load before: $(cut -d' ' -f1 /proc/loadavg)."; }

ferry() { "${program[@]}" "$@"; }
answers() { ferry status --home "$work/$1" --json >/dev/null 2>&1; }
started=''
start() {  # HOST OPTION... -> $started, its process
  local host=$1; shift
  # Not by the function: a background function is a shell with the node below it, and this must be the node's process.
  tests/labs/netlab/netlab --lab "$lab" exec "$host" -- "${program[@]}" node --home "$work/$host" --name "$host" --open \
    --listen tcp://0.0.0.0:4747 "$@" >"$work/$host.log" 2>&1 </dev/null &
  started=$!; nodes+=("$started")
  until answers "$host"; do kill -0 "$started" 2>/dev/null || { cat "$work/$host.log" >&2; die "node $host ended"; }; done
}
stop_all() { ((${#nodes[@]} == 0)) || { kill "${nodes[@]}" 2>/dev/null || :; wait "${nodes[@]}" 2>/dev/null || :; }; nodes=(); }
