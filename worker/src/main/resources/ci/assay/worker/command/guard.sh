# Kills a worker's runs when the worker is gone. It holds the lock on the work folder (inherited
# from flock), so a successor begins only when the last orphan is dead. Orders come on stdin:
#   add GROUP RUN | remove GROUP | term GROUP | kill GROUP
trap '' HUP INT TERM
echo ready
exec >/dev/null 2>&1
runs=
while read -r order group run; do
  case $order in
    add) runs="$runs $group:$run" ;;
    remove)
      kept=
      for each in $runs; do
        [ "${each%%:*}" = "$group" ] || kept="$kept $each"
      done
      runs=$kept ;;
    term) kill -s TERM -- "-$group" ;;
    kill) kill -s KILL -- "-$group" ;;
  esac
done

# The worker closed our stdin, or died. What left its group is known by its environment; what only
# waits to be reaped is dead.
rounds=0
while [ "$rounds" -lt 200 ]; do
  alive=
  for each in $runs; do
    group=${each%%:*}
    kill -s KILL -- "-$group"
    grep -qsE "^[0-9]+ \(.*\) [^ZX] [0-9]+ $group " /proc/[0-9]*/stat && alive=yes
    for file in $(grep -lsF "ASSAY_RUN=${each#*:}" /proc/[0-9]*/environ); do
      pid=${file#/proc/}
      kill -s KILL -- "${pid%/environ}" && alive=yes
    done
  done
  [ -n "$alive" ] || break
  rounds=$((rounds + 1))
  sleep 0.05
done
