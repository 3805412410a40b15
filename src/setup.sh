#!/bin/sh
# Installs this package into .venv, with the packages that a student needs and the given
# groups of pyproject.toml (sh src/setup.sh grading book), at the versions pinned in
# requirements.txt. If .venv is up to date, this takes a moment. Otherwise missing groups
# are added, or the environment is created again: that is simpler than repairing one that
# is incomplete, was moved, or was created from other pins. Groups that were installed
# before are kept.
#
# Packages are installed by uv, which is about ten times as fast as pip, or by pip if uv
# fails.
#
# PYTHON, if set, is the interpreter to use.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
cd "$root" || exit 1

venv=.venv
stamp=$venv/ready # written last: without it, the environment is incomplete
claim=$venv/setup.pid
log=$venv/setup.log
uv_log=$venv/uv.log
room="450 MB" # measured, including uv and the caches of uv and pip
[ $# -eq 0 ] || room="800 MB"

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# --- is there anything to do? ------------------------------------------------

# Compares contents, not times, which a checkout changes. The folder is included
# because the scripts in .venv/bin contain its path.
made_for() {
    echo "folder $root"
    echo "requirements.txt $(cksum <requirements.txt)"
}

# Finds the groups to install: those in the environment and the given ones.
find_groups() {
    groups='' missing=''
    for group in $(sed -n '5s/^groups//p' "$stamp" 2>/dev/null); do
        ! is_group "$group" || groups="$groups $group"
    done
    for group; do
        is_group "$group" ||
            fail "pyproject.toml has no group $group: the groups are listed there under [project.optional-dependencies]."
        case "$groups " in
        *" $group "*) ;;
        *) groups="$groups $group" missing="$missing $group" ;;
        esac
    done
}

is_group() { grep -q "^$1 = \[" pyproject.toml; }

installed_project() {
    echo "pyproject.toml $(cat pyproject.toml src/setup.sh src/after_restart.py | cksum)"
}

environment_fits() {
    [ -f "$stamp" ] || return 1
    [ "$(sed 2q "$stamp")" = "$(made_for)" ] || return 1
    python_line=$(sed -n 4p "$stamp")
    # A system upgrade can remove the Python, or replace it by another version,
    # which would look for its packages elsewhere.
    runs=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
    case $python_line in "python $runs "*) ;; *) return 1 ;; esac
    [ -z "${PYTHON-}" ] && return
    ask "$PYTHON" && [ "$python_line" = "python $version $real_executable" ]
}

package_fits() {
    [ "$(sed -n 3p "$stamp")" = "$(installed_project)" ]
}

# --- which Python? -----------------------------------------------------------

# Old syntax, since it must run on any Python to find out the version. It prints
# the base executable, since an activated .venv may be deleted below.
question='
import os, sys
try:
    import ensurepip, venv
    can = "venv"
except ImportError:
    can = "no venv"
base = getattr(sys, "_base_executable", sys.executable)
for answer in "%d.%d" % sys.version_info[:2], can, base, os.path.realpath(base):
    sys.stdout.write(answer + "\n")
'

ask() {
    answers=$("$1" -c "$question" 2>/dev/null) || return 1
    {
        read -r version
        read -r can_make_venv
        read -r executable
        read -r real_executable
    } <<ANSWERS
$answers
ANSWERS
}

is_new_enough() {
    [ "${version%%.*}" -gt "${oldest%%.*}" ] ||
        { [ "${version%%.*}" -eq "${oldest%%.*}" ] && [ "${version#*.}" -ge "${oldest#*.}" ]; }
}

elsewhere() { [ "$executable" = "$name" ] || printf ' (%s)' "$executable"; }

find_python() {
    oldest=$(sed -n 's/^requires-python = ">=\([0-9]*\.[0-9]*\)".*/\1/p' pyproject.toml)
    [ -n "$oldest" ] || fail "pyproject.toml should contain requires-python = \">=3.N\", but does not: restore that line."
    if [ -n "${PYTHON-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    seen='' absent='' without_venv=''
    for name; do
        if ! command -v "$name" >/dev/null 2>&1; then
            absent="$absent $name"
        elif ! ask "$name"; then
            seen="$seen$name does not run; "
        elif ! is_new_enough; then
            seen="$seen$name is $version$(elsewhere); "
        elif [ "$can_make_venv" != venv ]; then
            without_venv="$name is $version$(elsewhere), but"
        else
            return
        fi
    done
    remedy="or name another one: make setup PYTHON=/path/to/python3"
    [ -z "$without_venv" ] ||
        fail "$without_venv it cannot make an environment, because its venv module is missing: install it (Debian, Ubuntu: apt install python3-venv), $remedy"
    fail "Python $oldest or newer is needed, and none was found: $seen${absent:+not on PATH:$absent; }install one (Debian, Ubuntu: apt install python3 python3-venv), $remedy"
}

# --- making it ---------------------------------------------------------------

take_the_folder() {
    # Never follow a link: its target may contain other files.
    if [ -L "$venv" ] || [ ! -d "$venv" ]; then
        why=$(rm -f "$venv" 2>&1 && mkdir "$venv" 2>&1) ||
            fail "cannot make the folder $root/$venv (${why##*: }): make that folder writable, then run make setup again."
    fi
    if [ -f "$claim" ] && read -r other <"$claim" && kill -0 "$other" 2>/dev/null; then
        fail "another set-up is running in this folder (process $other): wait until it has ended, then run make setup again."
    fi
    rm -f "$claim"
    # noclobber: if two start at the same time, only one gets the folder.
    (set -C && echo $$ >"$claim") 2>/dev/null || fail_to_write
    trap 'rm -f "$claim"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

empty_the_folder() {
    for entry in "$venv"/* "$venv"/.[!.]*; do
        [ "$entry" = "$claim" ] || why=$(rm -rf "$entry" 2>&1) ||
            fail "cannot remove the old $root/$entry (${why##*: }): remove the folder $venv by hand, then run make setup again."
    done
}

# Writes the installer's output to a log and shows the progress. The exit status
# is sent last through the same pipe.
run_installer() { # $1: the log, then the command
    into=$1
    shift
    { "$@" 2>&1 && echo 'exit 0' || echo 'exit 1'; } | tee -a "$into" 2>/dev/null | show_progress
}

show_progress() {
    count=0 status=1
    while IFS= read -r line; do
        case $line in
        'exit '*) status=${line#exit } ;;
        'Collecting '* | 'Processing '*)
            count=$((count + 1))
            show "$count packages found"
            [ $((count % 25)) -ne 0 ] || tell "$count packages found"
            ;;
        *'Downloading '*) show "fetching ${line#*Downloading }" ;;
        'Installing collected packages'* | 'Prepared '*) show "installing packages" ;;
        esac
    done
    show ''
    [ ! -t 1 ] || printf '\r'
    return "$status"
}

# On a terminal, one line is overwritten; elsewhere, a few lines are printed.
show() { [ ! -t 1 ] || printf '\r%-72.72s' "${1:+setup: $1}"; }
tell() { [ -t 1 ] || echo "setup: $1"; }

# Prints the first matching line, which is the cause of later ones.
first_in_log() { sed -n "/$1/{p;q;}" "$log"; }

fail_to_write() {
    fail "cannot write into $root/$venv: expected a writable folder with about $room free, $(free_space .) is free. Make room, then run make setup again."
}

free_space() { df -Pk "$1" | awk 'END { printf "%d MB", $4 / 1024 }'; }
disk_is_full() {
    [ -n "$(first_in_log 'No space left on device')$(first_in_log 'Disk quota exceeded')" ] ||
        df -Pk . | awk 'END { exit $4 >= 4096 }'
}

explain_failure() { # $1: the step that failed
    [ -s "$log" ] || fail_to_write
    if disk_is_full; then
        temporary=${TMPDIR:-/tmp}
        fail "the disk is full: the packages need about $room, $(free_space .) is free in $root and $(free_space "$temporary") in $temporary. Make room, then run make setup again."
    fi
    case $(first_in_log 'onnection') in
    *resol* | *'not known'* | *nodename*) network='its host name cannot be resolved' ;;
    *refused*) network='connection refused' ;;
    *'timed out'* | *TimeoutError*) network='connection timed out' ;;
    *roxy*) network='the proxy refuses the connection' ;;
    *SSL* | *CERTIFICATE*) network='its certificate is not accepted' ;;
    *onnectionError* | *unreachable* | *'onnection broken'*) network='no connection' ;;
    *) network='' ;;
    esac
    if [ -n "$network" ]; then
        # Packages are downloaded before any is installed, so the old environment still works.
        [ ! -f "$stamp.before" ] || mv "$stamp.before" "$stamp"
        fail "pip cannot reach its package index ($network): check the connection, and the index and proxy that \"pip config list\" shows, then run make setup again. The output of pip is in $log."
    fi
    # The exception is more informative than pip's summary.
    for pattern in '([A-Za-z_.]*Error|configuration error): ' '(ERROR|error): ' '[^ ]'; do
        cause=$(grep -E "^ *$pattern" "$log" | grep -vx 'exit 1' | tail -n 1)
        [ -z "$cause" ] || break
    done
    cause=${cause#"${cause%%[! ]*}"}
    fail "$1 failed on Python $version: ${cause%.}. The full output is in $log; when the problem is fixed, run make setup again."
}

make_environment() {
    find_python
    take_the_folder
    # Remove the stamp first: after an interruption, there must be none.
    rm -f "$stamp"
    empty_the_folder
    echo "setup: creating $venv with Python $version ($executable); the first time can take a minute"
    "$executable" -m venv --prompt backprop "$venv" >"$log" 2>&1 || explain_failure "creating an environment"
    list_needs
    uv_installs || pip_installs
    install_package
}

change_environment() {
    python_line=$(sed -n 4p "$stamp")
    version=${python_line#python } real_executable=${version#* } version=${version%% *}
    take_the_folder
    mv "$stamp" "$stamp.before" && : >"$log" || fail_to_write
    list_needs
    if [ -n "$missing" ]; then
        echo "setup: adding to $venv:$missing"
        uv_installs || pip_installs
    else
        pip_installs # there is little or nothing to download
    fi
    install_package
}

# By default, pip waits minutes for a missing network. The user's configuration
# takes precedence. The timeout does not affect slow downloads, since it limits
# only the time without any data.
pip_install() { # $1: the log, then what to install
    into=$1
    shift
    [ -n "${configured+known}" ] ||
        configured=$("$venv/bin/python" -m pip config list 2>/dev/null)
    case $configured in *timeout=*) ;; *) set -- --timeout 15 "$@" ;; esac
    case $configured in *retries=*) ;; *) set -- --retries 1 "$@" ;; esac
    run_installer "$into" "$venv/bin/python" -m pip install --no-input --progress-bar off "$@"
}

list_needs() {
    # shellcheck disable=SC2086 # several words
    "$venv/bin/python" -c "$needs" $groups >"$venv/needs.txt" 2>>"$log" || explain_failure "reading pyproject.toml"
}

needs='
import sys, tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
groups = [project["optional-dependencies"][name] for name in sys.argv[1:]]
print("setuptools", *sum(groups, project["dependencies"]), sep="\n")
'

pip_installs() {
    pip_install "$log" --no-compile -c requirements.txt -r "$venv/needs.txt" ||
        explain_failure "installing the packages"
}

# uv is installed into a separate folder and removed again: it is larger than JupyterLab.
uv_installs() {
    pip_install "$uv_log" --no-deps --only-binary :all: -c requirements.txt --target "$venv/uv" uv &&
        hand_on_settings &&
        run_installer "$uv_log" "$venv/uv/bin/uv" pip install --python "$venv/bin/python" \
            -c requirements.txt -r "$venv/needs.txt"
    status=$?
    rm -rf "$venv/uv"
    [ "$status" -eq 0 ] ||
        echo "setup: uv failed (see $uv_log): using pip, which takes longer"
    return "$status"
}

# Passes pip's configuration to uv, which does not read it: index, proxy, certificates. The
# names are patterns: pip writes a hyphen for each dot.
hand_on_settings() {
    for pair in index.url:UV_DEFAULT_INDEX extra.index.url:UV_INDEX find.links:UV_FIND_LINKS \
        cert:SSL_CERT_FILE proxy:ALL_PROXY; do
        value=$(configured_for_pip "${pair%%:*}") name=${pair#*:}
        [ "$name" != UV_FIND_LINKS ] || value=$(printf %s "$value" | tr ' ' ,)
        [ -z "$value" ] || eval "export $name=\"\${$name:-\$value}\""
    done
    # As in pip, all indexes are equal.
    export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
}

configured_for_pip() {
    for section in :env: install global; do
        value=$(printf '%s\n' "$configured" | sed -n "s/^$section\.$1='\(.*\)'\$/\1/p" | sed 's/\\n/ /g')
        [ -z "$value" ] || break
    done
    printf %s "$value"
}

install_package() {
    # No build isolation: the build tools are installed, so this needs no network.
    "$venv/bin/python" -m pip install --no-deps --no-build-isolation -e . >>"$log" 2>&1 ||
        explain_failure "installing the package of this folder"
    # The first import of pyplot builds a font cache. If that takes more than five
    # seconds, matplotlib prints a message to stderr, which nbgrader takes for an
    # error of the student. So the cache is built here, in the Makefile's folder.
    [ -z "${MPLCONFIGDIR-}" ] || "$venv/bin/python" -c 'import matplotlib.pyplot' >>"$log" 2>&1

    # Otherwise JupyterLab would ask every user whether to fetch news from the network.
    settings=$venv/share/jupyter/lab/settings
    mkdir -p "$settings" && echo '{"@jupyterlab/apputils-extension:notification":' \
        '{"fetchNews": "false", "checkForUpdates": false}}' >"$settings/overrides.json" || fail_to_write

    # After a restart of the kernel, a NameError explains what to do.
    startup=$venv/etc/ipython/startup
    mkdir -p "$startup" && cp src/after_restart.py "$startup" || fail_to_write

    # Only the set-up imports these, and Python can compile them again.
    for package in pip setuptools; do
        find "$venv" -path "*/$package/*" -name __pycache__ -prune -exec rm -rf {} +
    done

    { made_for && installed_project && echo "python $version $real_executable" &&
        echo "groups$groups"; } 2>/dev/null >"$stamp.new" &&
        mv "$stamp.new" "$stamp" || fail_to_write
    rm -f "$stamp.before"
    echo "setup: $venv is ready"
}

# -----------------------------------------------------------------------------

for file in requirements.txt pyproject.toml src/after_restart.py; do
    [ -f "$file" ] || fail "$root/$file is missing: restore it (git checkout $file), then run make setup again."
done

# An activated or incomplete .venv must not be used to create the new one.
PATH=$(printf %s "$PATH" | tr : '\n' | grep -Fvx "$root/$venv/bin" | tr '\n' :)
PATH=${PATH%:}
# These would install packages elsewhere, or add other packages.
unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

find_groups "$@"
if ! environment_fits; then
    make_environment
elif [ -n "$missing" ] || ! package_fits; then
    change_environment
fi
