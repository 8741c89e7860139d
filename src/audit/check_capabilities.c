/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "base/mem.h"
#include "layer/capability.h"
#include "rule/glob.h"

/* file/capabilities: programs of the final root that get rights when they are run. */

static enum tsr_severity weigh(uint64_t bits)
{
	if (bits & tsr_capability_mighty())
		return TSR_CRITICAL; /* as the rule says */
	return bits & ~tsr_capability_harmless() ? TSR_MEDIUM : TSR_INFO;
}

#define BIT(n) (1ull << (n)) /* capabilities(7): the numbers of <linux/capability.h> */
#define SETGID BIT(6)
#define SETUID BIT(7)
#define NET_BIND_SERVICE BIT(10)
#define NET_ADMIN BIT(12)
#define NET_RAW BIT(13)
#define SYS_NICE BIT(23)

/* What packages of distributions give their programs in the place of the setuid bit; these check what they are asked for. */
static const struct {
	const char *path;
	uint64_t bits;
} known[] = {
	{ "{usr/bin,bin}/newuidmap", SETUID },
	{ "{usr/bin,bin}/newgidmap", SETGID },
	{ "usr/sbin/suexec", SETUID | SETGID },
	{ "usr/{lib,libexec,lib64}/**/gst-ptp-helper", NET_BIND_SERVICE | NET_ADMIN | SYS_NICE },
	{ "usr/{bin,sbin}/{arping,clockdiff,mtr-packet,ping,tracepath,traceroute6}", NET_RAW | NET_ADMIN },
};

static bool is_known(const struct tsr_facts *f, uint32_t entry, uint64_t bits)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	tsr_facts_path(f, f->entries[entry].node, &path);
	for (size_t i = 0; i < TSR_ARRAY_LEN(known); i++)
		if (!(bits & ~known[i].bits) && tsr_glob_match(known[i].path, tsr_buf_slice(&path)))
			return true;
	return false;
}

static void tell(struct tsr_image_fold *x, uint32_t layer, const struct tsr_extract *c)
{
	struct tsr_buf text = TSR_BUF_INIT(4096);
	struct tsr_arena *a = &x->f->run->arena;

	if (!c->z) {
		tsr_image_emit_file_as(x, TSR_BUILTIN_FILE_CAPABILITIES, TSR_LOW,
				       "Its attribute security.capability has no form that the kernel takes", layer, c->entry);
		return;
	}
	if (!c->x) /* inheritable ones give nothing to who has none */
		return;
	tsr_capability_names(c->x, &text);
	tsr_image_emit_file_as(x, TSR_BUILTIN_FILE_CAPABILITIES, is_known(x->facts[layer], c->entry, c->x) ? TSR_INFO : weigh(c->x),
			       tsr_arena_printf(a, "Whoever runs the program gives it %s", text.ptr), layer, c->entry);
	tsr_buf_release(&text);
}

void tsr_image_check_capabilities(struct tsr_image_fold *x)
{
	for (uint32_t layer = 0; layer < x->image->n_layers; layer++) {
		const struct tsr_facts *f = x->facts[layer];

		for (uint32_t i = 0; f && i < f->n_extracts; i++)
			if (f->extracts[i].kind == TSR_EXTRACT_CAPABILITY &&
			    tsr_rootfs_fate(x->rootfs, layer, f->extracts[i].entry).state == TSR_STATE_LIVE)
				tell(x, layer, &f->extracts[i]);
	}
}
