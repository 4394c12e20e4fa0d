# Kills a worker's runs when the worker is gone. It holds the lock on the work folder (inherited
# from flock), so a successor begins only when the last orphan is dead. Orders come on stdin:
#   add GROUP RUN          the run is this group
#   await SUPERVISOR RUN   the run has a supervisor, which kills it when the worker is gone, and ends
#   remove NUMBER          the run of this group or supervisor is over
trap '' HUP INT TERM
echo ready
exec >/dev/null 2>&1
runs=
while read -r order number run; do
  case $order in
    add | await) runs="$runs $order:$number:$run" ;;
    remove)
      kept=
      for each in $runs; do
        rest=${each#*:}
        [ "${rest%%:*}" = "$number" ] || kept="$kept $each"
      done
      runs=$kept ;;
  esac
done

# The worker closed our stdin, or died. What left its group is known by its environment; what only
# waits to be reaped is dead. A supervisor leads a group in which no run is.
rounds=0
while [ "$rounds" -lt 240 ]; do
  alive=
  for each in $runs; do
    rest=${each#*:}
    number=${rest%%:*}
    case $each in
      add:*) kill -s KILL -- "-$number" ;;
      *) [ "$rounds" -lt 200 ] || kill -s KILL -- "-$number" ;;
    esac
    grep -qsE "^[0-9]+ \(.*\) [^ZX] [0-9]+ $number " /proc/[0-9]*/stat && alive=yes
    for file in $(grep -lsF "ASSAY_RUN=${rest#*:}" /proc/[0-9]*/environ); do
      pid=${file#/proc/}
      kill -s KILL -- "${pid%/environ}" && alive=yes
    done
  done
  [ -n "$alive" ] || break
  rounds=$((rounds + 1))
  sleep 0.05
done
