#!/bin/sh
# Prints the photos that look like those given, the best first: similar.sh FILE...
# Whatever else takes files can stand in place of the last line: | xargs -0 geeqie
set -eu

photosearch similar -0 -n 20 -- "$@" | tr '\0' '\n'
