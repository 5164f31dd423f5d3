# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Packages of a Debian suite that this system does not use. Everything is done
# by this system's apt and with its configuration, but on lists of their own
# below the cache: neither its sources nor its packages change. Sourced after
# common.sh.

# What apt and apt-cache are given; nothing: the system's own suites.
apt_options=()

# The mirror that this system's apt uses; HFR_MIRROR overrides it.
debian_mirror()
{
	local uri

	uri=${HFR_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 'Label: Debian' 2>/dev/null | head -n 1)}
	echo "${uri:-http://deb.debian.org/debian/}"
}

# apt_use SUITE: apt_options become those for SUITE (trixie, sid), or for
# trixie and trixie-backports when it is the latter. The lists are read anew
# after a day; older ones do when the mirror cannot be reached.
apt_use()
{
	local suite=$1 dir=$CACHE/apt-$1 mirror

	mirror=$(debian_mirror)
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	{
		echo "deb $mirror ${suite%-backports} main"
		[ "$suite" = "${suite%-backports}" ] ||
			echo "deb $mirror $suite main"
	} >"$dir/sources.list.$$"
	mv "$dir/sources.list.$$" "$dir/sources.list"
	apt_options=(-o "Dir::Etc::SourceList=$dir/sources.list"
		-o Dir::Etc::SourceParts=/dev/null
		-o Dir::Etc::Preferences=/dev/null
		-o Dir::Etc::PreferencesParts=/dev/null
		-o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache"
		-o Dir::State::Status=/dev/null
		-o "APT::Default-Release=$suite")
	[ -z "$(find "$dir/updated" -mtime -1 2>/dev/null)" ] || return 0
	exec 7>"$dir/lock"
	flock 7
	if apt-get "${apt_options[@]}" update --error-on=any >"$dir/log" 2>&1; then
		touch "$dir/updated"
	elif [ ! -e "$dir/updated" ]; then
		die "apt cannot read the lists of $suite:" \
			"$(grep -m 1 '^E: ' "$dir/log" || tail -n 1 "$dir/log")"
	fi
	exec 7>&-
}

# apt_fetch DIR PACKAGE...: download packages and unpack them in DIR.
apt_fetch()
{
	local dir=$1

	shift
	mkdir -p "$dir.debs"
	if ! (cd "$dir.debs" && apt-get "${apt_options[@]}" download -q "$@") \
		>"$dir.debs/log" 2>&1; then
		cat "$dir.debs/log" >&2
		die "cannot download $*; run 'apt-get update'," \
			"or 'make deps' for headers of the current kernel"
	fi
	for deb in "$dir.debs"/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	rm -rf "$dir.debs"
}

# apt_needs PACKAGE PATTERN: names of what PACKAGE depends on that match.
apt_needs()
{
	apt-cache "${apt_options[@]}" depends --no-recommends --no-suggests \
		--no-conflicts --no-breaks --no-replaces "$1" |
		sed -n 's/^ *|\{0,1\}[A-Za-z]*Depends: //p' | grep -Ex "$2" | sort -u
}

# lay_out DIR RELEASE: what the packages of a kernel left in DIR, as vm/run
# wants it. Newer packages keep everything below usr.
lay_out()
{
	local dir=$1 release=$2 depmod

	depmod=$(PATH=$PATH:/usr/sbin:/sbin command -v depmod) ||
		die "depmod is not installed; run 'make deps' or install kmod"
	[ -d "$dir/lib/modules" ] || ln -s usr/lib "$dir/lib"
	if [ ! -d "$dir/boot" ]; then
		mkdir "$dir/boot"
		ln "$dir/lib/modules/$release/vmlinuz" \
			"$dir/boot/vmlinuz-$release"
	fi
	"$depmod" -b "$dir" "$release"
	echo "$release" >"$dir/release"
}
