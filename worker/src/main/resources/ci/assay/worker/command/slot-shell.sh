# The shell of one slot, which leads the process group of its runs.
#   sh -c SCRIPT sh OUTPUT COMMAND
# It makes OUTPUT, a named pipe, and says how that went. Orders come on stdin:
#   fork | own
# Both read the file COMMAND, which puts the run's world in order and sets assay_command, and run
# that with its output in OUTPUT: "fork" in a fork of this shell, which stays; "own" in this shell
# itself, which ends with it. Answers go to stdout: after "fork" the exit code, after "own" the word
# "begun"; before them, what went wrong if the command could not begin.
signals='HUP INT QUIT TERM USR1 USR2 ALRM'
trap : $signals # those to the group are for the command
[ -p "$1" ] || mkfifo "$1" 2>&1
echo "$?"
exec 2>/dev/null
while read -r assay_order; do
  case $assay_order in
    fork)
      (
        echo 1000 >/proc/self/oom_score_adj # short of memory, the kernel takes the run first
        exec 2>&1
        . "$2" || exit
        exec >"$1" 2>&1 </dev/null
        eval "set --; unset signals assay_order assay_command; $assay_command"
      )
      echo "$?" ;;
    own)
      trap - $signals
      echo 1000 >/proc/self/oom_score_adj
      exec 2>&1
      . "$2" || exit
      exec 3>&1 >"$1" 2>&1 </dev/null
      echo begun >&3
      exec 3>&-
      eval "set --; unset signals assay_order assay_command; $assay_command"
      exit ;;
  esac
done
