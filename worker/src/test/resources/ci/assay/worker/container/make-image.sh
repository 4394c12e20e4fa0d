# Makes an image of some of this machine's programs: make-image.sh ENGINE NAME FOLDER
set -e
engine=$1 name=$2 root=$3
mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/etc" "$root/var"
for each in bin lib lib64; do ln -s "usr/$each" "$root/$each"; done
add() {
  mkdir -p "$root/$(dirname "$2")"
  cp -L "$1" "$root/$2"
  ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
    to=${library#/}
    case $to in usr/*) ;; *) to=usr/$to ;; esac
    mkdir -p "$root/$(dirname "$to")"
    [ -e "$root/$to" ] || cp -L "$library" "$root/$to"
  done
}
for each in sh cat ls sleep env grep mkdir touch tr wc setsid seq ipcmk ipcs rm; do
  add "$(PATH=/usr/bin:/bin command -v "$each")" "usr/bin/$each"
done
python=$(readlink -f /usr/bin/python3)
add "$python" usr/bin/python3
library=/usr/lib/$(basename "$python")
mkdir -p "$root$library"
tar -C "$library" --exclude=test --exclude=idlelib --exclude=lib2to3 --exclude=__pycache__ --exclude=pydoc_data \
  -c . | tar -C "$root$library" -x
tar -C "$root" -c . |
  "$engine" import -c 'ENV PATH=/usr/bin' -c 'ENV IMAGE_SAYS=hello' - "$name" >/dev/null
