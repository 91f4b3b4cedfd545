#!/bin/sh
# Sees to the programs that the tests start: PostgreSQL 15 or newer, Java 17 or newer for Spark, Chromium,
# Node.js 18 or newer for the client libraries of others, and Postfix.
# On Debian and Ubuntu as root, what is missing is installed; else it is named, and where $CI is set that is a failure.
set -eu

say() { echo "$*" >&2; }

has_postgres() {
    for folder in /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /nowhere/postgres)")"; do
        if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ]; then
            major=$("$folder/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
            [ "$major" -ge 15 ] && return 0
        fi
    done
    return 1
}

has_java() {
    version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p') || return 1
    [ "${version:-0}" -ge 17 ]
}

has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }

has_node() {
    command -v npm >/dev/null || return 1
    version=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/') || return 1
    [ "${version:-0}" -ge 18 ]
}

install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "Installing $* ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get install --yes --no-install-recommends -o Dpkg::Options::=--force-confold "$@" >/dev/null 2>&1 || {
        apt-get update >/dev/null && apt-get install --yes --no-install-recommends -o Dpkg::Options::=--force-confold "$@" >/dev/null
    }
}

missing=
if ! has_postgres; then
    # The tests make clusters of their own; the package need not make and start one.
    if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
    install postgresql || true
    has_postgres || missing="PostgreSQL 15 or newer (Debian and Ubuntu: apt-get install postgresql)"
fi
if ! has_java; then
    install openjdk-17-jre-headless || install openjdk-21-jre-headless || true
    has_java || missing="${missing:+$missing; }Java 17 or newer (Debian and Ubuntu: apt-get install openjdk-17-jre-headless)"
fi
if ! has_chromium; then
    install chromium || true
    has_chromium || missing="${missing:+$missing; }Chromium (Debian: apt-get install chromium)"
fi
if ! has_node; then
    install nodejs npm || true
    has_node || missing="${missing:+$missing; }Node.js 18 or newer with npm (Debian: apt-get install nodejs npm)"
fi
if ! { command -v postfix && [ -d /usr/lib/postfix/sbin ]; } >/dev/null; then
    # The tests start one of their own, with a configuration of its own; without a main.cf the package starts none.
    if [ "$(id -u)" = 0 ] && command -v debconf-set-selections >/dev/null; then
        echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    fi
    install postfix || true
    command -v postfix >/dev/null || missing="${missing:+$missing; }Postfix (Debian and Ubuntu: apt-get install postfix)"
fi
if [ -n "$missing" ]; then
    say "The tests need $missing."
    [ -z "${CI:-}" ] || exit 1
    say "Without it, the tests of it are skipped."
fi
