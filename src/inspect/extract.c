/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "inspect/inspect_priv.h"

/*
 * Files whose content becomes typed records. The fold cannot reread a stream, so
 * passwd and group of every layer are kept: nobody knows yet which one is final.
 */
static const struct tsr_extractor extractors[] = {
	{ "passwd", true, 0, tsr_accounts_passwd },
	{ "group", true, 0, tsr_accounts_group },
	{ "METADATA", false, 64u << 10, tsr_python_metadata },
	{ "PKG-INFO", false, 64u << 10, tsr_python_metadata },
	{ ".egg-info", false, 64u << 10, tsr_python_metadata },
};

const struct tsr_extractor *tsr_extractor_find(struct tsr_slice path)
{
	struct tsr_slice base = tsr_path_base(path);

	for (size_t i = 0; i < sizeof(extractors) / sizeof(extractors[0]); i++)
		if (extractors[i].name[0] == '.' ? tsr_slice_ends(base, extractors[i].name) :
						   tsr_slice_eq_str(base, extractors[i].name))
			return &extractors[i];
	return NULL;
}
