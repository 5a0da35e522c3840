#!/bin/sh
# The reference pages under docs/reference are those of the declarations in the code. To renew: scripts/docs
set -eu
windtunnel=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$windtunnel" docs "$work"
diff -ru docs/reference "$work"
