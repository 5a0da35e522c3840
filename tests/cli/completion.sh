#!/bin/sh
# Completion scripts and the manual page parse, in each shell that is installed.
set -eu
windtunnel=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$windtunnel" completion bash >"$work/bash"
bash -n "$work/bash"
# What a person would get after `windtunnel che<Tab>` and `windtunnel check --format <Tab>`.
bash -c '
  . "$1"
  COMP_WORDS=(windtunnel che); COMP_CWORD=1; _windtunnel
  [ "${COMPREPLY[*]}" = check ] || { echo "after che: ${COMPREPLY[*]}"; exit 1; }
  COMP_WORDS=(windtunnel check --format ""); COMP_CWORD=3; _windtunnel
  [ "${COMPREPLY[*]}" = "table json sarif github" ] || { echo "after --format: ${COMPREPLY[*]}"; exit 1; }
  COMP_WORDS=(windtunnel run --rep); COMP_CWORD=2; _windtunnel
  [ "${COMPREPLY[*]}" = --replications ] || { echo "after --rep: ${COMPREPLY[*]}"; exit 1; }
' bash "$work/bash"

for shell in zsh fish; do
  "$windtunnel" completion $shell >"$work/$shell"
  if command -v $shell >/dev/null; then $shell -n "$work/$shell"; fi
done

"$windtunnel" man >"$work/windtunnel.1"
grep -q '^\.SS check' "$work/windtunnel.1"
if command -v groff >/dev/null; then groff -man -Tascii -K utf8 -ww "$work/windtunnel.1" >/dev/null 2>"$work/complaints"; fi
if [ -s "$work/complaints" ]; then cat "$work/complaints"; exit 1; fi
