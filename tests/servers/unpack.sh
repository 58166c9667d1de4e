#!/bin/sh
# Unpacks a MySQL server in a folder, without installing it: sh tests/servers/mysql.sh FOLDER
#
# Debian's stable release has MariaDB alone, and its unstable one has MySQL. The server
# is fetched from there, by the mirror this machine already has, together with every
# library it needs down to the C library: APT is told of one source, and that nothing is
# installed. Its own lists and packages stay as they are. It reads the machine's other
# settings, for a proxy may be among them.
set -eu
suite=sid package=mysql-server-core
# What Debian signs its releases with. Without this file APT looks by itself.
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

folder=$1 scratch=$1.apt part=$1.part
rm -rf "$folder" "$scratch" "$part"
mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial" "$part"
mirror=$(apt-get indextargets '--format=$(REPO_URI) $(COMPONENT) $(CREATED_BY)' |
  sed -n 's|^\([^ ]*/debian/*\) main Packages$|\1|p' | head -n 1)
[ -n "$mirror" ] || { echo "APT gets its packages from no mirror of Debian" >&2; exit 1; }
[ -f "$keyring" ] && mirror="[signed-by=$keyring] $mirror"
echo "deb $mirror $suite main" >"$scratch/sources.list"
: >"$scratch/status"

get() {
  DEBIAN_FRONTEND=noninteractive apt-get \
    --option=Dir::Etc::sourcelist="$scratch/sources.list" --option=Dir::Etc::sourceparts=/dev/null \
    --option=Dir::State::Lists="$scratch/lists" --option=Dir::State::status="$scratch/status" \
    --option=Dir::Cache="$scratch/cache" --option=Debug::NoLocking=1 \
    --option=APT::Update::Error-Mode=any --option=APT::Sandbox::User=root "$@"
}
get update -qq
# Where nothing is installed, all that the server needs is downloaded.
get install -y -qq --no-install-recommends --download-only "$package"
for file in "$scratch"/cache/archives/*.deb; do
  dpkg -x "$file" "$part"
done

# Starts what was unpacked, with its own loader, libraries and files.
cat >"$part/mysqld" <<'END'
#!/bin/sh
here=$(dirname "$0")
for loader in "$here"/usr/lib64/ld-linux* "$here"/usr/lib/ld-linux*; do
  [ -e "$loader" ] && break
done
exec "$loader" --library-path "$(echo "$here"/usr/lib/*-linux-gnu)" "$here/usr/sbin/mysqld" "$@" \
  --lc-messages-dir="$here/usr/share/mysql" \
  --character-sets-dir="$here/usr/share/mysql/charsets" \
  --plugin-dir="$here/usr/lib/mysql/plugin"
END
chmod +x "$part/mysqld"
rm -rf "$scratch"
mv "$part" "$folder"
