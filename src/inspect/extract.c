/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/*
 * Files whose content becomes typed records. The fold cannot reread a stream, so
 * passwd and group of every layer are kept: nobody knows yet which one is final.
 */
static const struct tsr_extractor extractors[] = {
	{ "passwd", true, 0, tsr_accounts_passwd },
	{ "group", true, 0, tsr_accounts_group },
	{ "shadow", true, 0, tsr_accounts_shadow },
	{ "METADATA", false, 64u << 10, tsr_python_metadata },
	{ "PKG-INFO", false, 64u << 10, tsr_python_metadata },
	{ ".egg-info", false, 64u << 10, tsr_python_metadata },
	{ "direct_url.json", false, 64u << 10, tsr_python_direct_url },
	{ ".egg-link", false, 4u << 10, tsr_python_egg_link },
	{ ".pth", false, 64u << 10, tsr_python_pth },
	{ ".package-lock.json", true, 0, tsr_packages_npm_installed },
	{ "package-lock.json", true, 0, tsr_packages_npm_lock },
	{ "npm-shrinkwrap.json", true, 0, tsr_packages_npm_lock },
	{ "package.json", true, 0, tsr_packages_node_folder },
	{ ".modules.yaml", true, 0, tsr_packages_pnpm },
	{ ".yarn-integrity", true, 0, tsr_packages_yarn },
	{ ".md5sums", true, 0, tsr_packages_md5sums },
	{ "var/lib/dpkg/status", true, 0, tsr_packages_status },
	{ "var/lib/dpkg/status.d/", true, 0, tsr_packages_status },
	{ "lib/apk/db/installed", true, 0, tsr_packages_apk },
	{ "usr/lib/apk/db/installed", true, 0, tsr_packages_apk },
	{ "RECORD", true, 0, tsr_packages_record },
	{ "usr/lib/sysimage/rpm/rpmdb.sqlite", true, 0, tsr_packages_rpm },
	{ "var/lib/rpm/rpmdb.sqlite", true, 0, tsr_packages_rpm },
	{ "usr/lib/sysimage/rpm/Packages.db", true, 0, tsr_packages_rpm },
	{ "var/lib/rpm/Packages.db", true, 0, tsr_packages_rpm },
	{ "usr/lib/sysimage/rpm/Packages", true, 0, tsr_packages_rpm },
	{ "var/lib/rpm/Packages", true, 0, tsr_packages_rpm },
};

static bool is_named(const char *name, struct tsr_slice path, struct tsr_slice base)
{
	if (name[strlen(name) - 1] == '/')
		return tsr_slice_starts(path, name) && path.len == strlen(name) + base.len;
	if (strchr(name, '/'))
		return tsr_slice_eq_str(path, name);
	return name[0] == '.' ? tsr_slice_ends(base, name) : tsr_slice_eq_str(base, name);
}

const struct tsr_extractor *tsr_extractor_find(struct tsr_slice path)
{
	struct tsr_slice base = tsr_path_base(path);

	for (size_t i = 0; i < sizeof(extractors) / sizeof(extractors[0]); i++)
		if (is_named(extractors[i].name, path, base))
			return &extractors[i];
	return NULL;
}
