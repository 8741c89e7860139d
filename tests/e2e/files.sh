#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Histories and environment files: what counts, what is information, what is nothing.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

hist='root/.bash_history home/a/.zsh_history root/.ash_history root/.sh_history root/.history root/.local/share/fish/fish_history
	root/.python_history root/.node_repl_history root/.psql_history root/.mysql_history root/.sqlite_history root/.lesshst
	root/.rediscli_history root/.mongo_history root/.dbshell root/.Rhistory root/.irb_history root/.viminfo
	root/.bash_history-01234.tmp app/.ksh_history'
envs='app/.env app/.env.production app/.env.local app/prod.env app/deep/er/.env app/.env.prod.bak'
templates='app/.env.example app/.env.sample app/.env.template app/.env.dist app/example.env app/.env.example.local'
nothing='app/environment app/env app/history app/env.py app/.envrc.d/x usr/share/history.txt app/.environment'
{
	printf '%s\n' 'user 1'
	printf '%s\n' 'layer one'
	for f in $hist $envs $templates $nothing; do printf '%s\n' "file $f A=1\\n"; done
	printf '%s\n' 'file empty/.env'
	printf '%s\n' 'file empty/.bash_history'
	printf '%s\n' 'dir dir/.env'
	printf '%s\n' 'dir dir/.bash_history'
	printf '%s\n' 'link link/.env ../app/.env'
	printf '%s\n' 'link link/.bash_history /dev/null'
	printf '%s\n' 'hard hard/copy.env app/.env'
	printf '%s\n' 'layer two'
	printf '%s\n' 'whiteout app/prod.env'
	printf '%s\n' 'file root/.viminfo other\n'
} >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
for f in $hist; do finds "history: $f" rule=file/shell-history path="/$f" severity=high; done
for f in $envs; do finds "environment: $f" rule=file/dotenv path="/$f" severity=high; done
for f in $templates; do finds "template: $f" rule=file/dotenv path="/$f" severity=info; done
for f in $nothing; do finds "nothing: $f" not path="/$f"; done
finds 'an empty environment file is information' rule=file/dotenv path=/empty/.env severity=info
finds 'an empty history is information' rule=file/shell-history path=/empty/.bash_history severity=info
finds 'a directory of that name is nothing' not 'path=/dir/*'
finds 'a link of that name is nothing' not 'path=/link/*'
finds 'a hard link counts' rule=file/dotenv path=/hard/copy.env
finds 'a deleted one counts' rule=file/dotenv path=/app/prod.env state=deleted hidden=1 severity=high
check 'an overwritten one counts beside the new one' report is "$T/json" \
	'[(f["location"]["layer"], f["state"]) for f, _ in findings(r) if f["location"]["path"] == "/root/.viminfo"] == [(0, "overwritten"), (1, "live")]'
status 'they fail the audit' 1
finish
