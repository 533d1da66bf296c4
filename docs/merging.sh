#!/bin/sh
# What docs/merging.svg shows: two worktrees, a conflict that is found early, and a branch that is merged.
set -eu
folder=$(mktemp -d /tmp/XXXX)
trap 'rm -rf "$folder"' EXIT
interlock=$(cd "$(dirname "$0")/.." && pwd)/bin/interlock
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
unset CLAUDE_PROJECT_DIR CLAUDE_CODE_SESSION_ID

interlock() {
    printf '\033[1m$ interlock %s\033[0m\n' "$*"
    "$interlock" "$@" 2>&1 | sed "s|$folder|~|g"
}

git init --quiet --initial-branch=main "$folder/shop"
cd "$folder/shop"
mkdir -p src/api
seq 20 | sed 's/.*/handler_&()/' >src/api/routes.py
git add . && git commit --quiet --message "The shop"
"$interlock" plan - >/dev/null <<'PLAN'
{"tasks": [{"id": "T1", "title": "Add login", "scope": ["src/auth", "src/api"], "done_when": "`test -s src/auth/login.py`"},
           {"id": "T2", "title": "Rate limits", "scope": ["src/api"]}]}
PLAN

interlock worktree add T1
interlock worktree add T2
(
    cd .claude/worktrees/T1-add-login
    "$interlock" claim T1 --as ada >/dev/null
    mkdir src/auth && echo "def login(): ..." >src/auth/login.py
    sed -i 's/handler_7()/login()/' src/api/routes.py
    git add . && git commit --quiet --message "Login"
)
sed -i 's/handler_7()/limited(handler_7)/' .claude/worktrees/T2-rate-limits/src/api/routes.py
interlock conflicts
"$interlock" update T1 --status done --as ada >/dev/null
interlock merge T1
git -C .claude/worktrees/T2-rate-limits commit --quiet --all --message "Limits"
interlock merge T2
interlock worktree remove T1
