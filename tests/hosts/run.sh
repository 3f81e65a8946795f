#!/usr/bin/env bash
# Installs the real hosts from Debian's packages, and tests the integrations in them, unseen.
# Takes a quarter of an hour; HOSTS_PICTURES=docs/screenshots also makes the pictures anew.
set -euo pipefail
cd "$(dirname "$0")/../.."

programs=(
  darktable digikam geeqie gthumb shotwell
  nautilus python3-nautilus nemo dolphin thunar tumbler plasma-workspace gnome-shell
  xvfb openbox wmctrl xdotool imagemagick dbus libglib2.0-bin python3-gi
  libimage-exiftool-perl sqlite3 desktop-file-utils appstream
)
missing=()
for program in "${programs[@]}"; do
  dpkg-query -W -f '${Status}' "$program" 2>/dev/null | grep -q 'ok installed' || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

exec "${PYTHON:-.venv/bin/python}" -m pytest tests/hosts -p no:randomly "$@"
