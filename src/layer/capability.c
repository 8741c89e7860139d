/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/capability.h"

#include "base/mem.h"

#define REVISION_MASK 0xff000000u
#define FLAG_EFFECTIVE 1u

/* By number; names are for messages. */
static const struct {
	const char *name;
	char might; /* 'm'ighty, 'h'armless, or neither */
} capabilities[] = {
	{ "cap_chown", 'm' },
	{ "cap_dac_override", 'm' },
	{ "cap_dac_read_search", 'm' },
	{ "cap_fowner", 'm' },
	{ "cap_fsetid", 'm' },
	{ "cap_kill", ' ' },
	{ "cap_setgid", 'm' },
	{ "cap_setuid", 'm' },
	{ "cap_setpcap", 'm' },
	{ "cap_linux_immutable", ' ' },
	{ "cap_net_bind_service", 'h' },
	{ "cap_net_broadcast", 'h' },
	{ "cap_net_admin", ' ' },
	{ "cap_net_raw", 'h' },
	{ "cap_ipc_lock", 'h' },
	{ "cap_ipc_owner", ' ' },
	{ "cap_sys_module", 'm' },
	{ "cap_sys_rawio", 'm' },
	{ "cap_sys_chroot", ' ' },
	{ "cap_sys_ptrace", 'm' },
	{ "cap_sys_pacct", ' ' },
	{ "cap_sys_admin", 'm' },
	{ "cap_sys_boot", 'm' },
	{ "cap_sys_nice", 'h' },
	{ "cap_sys_resource", ' ' },
	{ "cap_sys_time", ' ' },
	{ "cap_sys_tty_config", ' ' },
	{ "cap_mknod", 'm' },
	{ "cap_lease", ' ' },
	{ "cap_audit_write", 'h' },
	{ "cap_audit_control", ' ' },
	{ "cap_setfcap", 'm' },
	{ "cap_mac_override", 'm' },
	{ "cap_mac_admin", 'm' },
	{ "cap_syslog", ' ' },
	{ "cap_wake_alarm", 'h' },
	{ "cap_block_suspend", 'h' },
	{ "cap_audit_read", ' ' },
	{ "cap_perfmon", ' ' },
	{ "cap_bpf", 'm' },
	{ "cap_checkpoint_restore", ' ' },
};

static uint32_t le32(struct tsr_slice s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.ptr + at;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Sizes are exact: the kernel takes no others. Revision 3 ends in the uid of the root that it is meant for. */
int tsr_capability_read(struct tsr_slice value, struct tsr_capability *out)
{
	static const size_t sizes[] = { 0, 12, 20, 24 };
	uint32_t magic, revision;

	*out = (struct tsr_capability){ 0 };
	if (value.len < 4)
		return -1;
	magic = le32(value, 0);
	revision = (magic & REVISION_MASK) >> 24;
	if (revision < 1 || revision > 3 || value.len != sizes[revision])
		return -1;
	out->revision = revision;
	out->effective = magic & FLAG_EFFECTIVE;
	out->permitted = le32(value, 4);
	out->inheritable = le32(value, 8);
	if (revision > 1) {
		out->permitted |= (uint64_t)le32(value, 12) << 32;
		out->inheritable |= (uint64_t)le32(value, 16) << 32;
	}
	return 0;
}

void tsr_capability_names(uint64_t bits, struct tsr_buf *out)
{
	const char *comma = "";

	for (unsigned i = 0; i < 64; i++) {
		if (!(bits >> i & 1))
			continue;
		if (i < TSR_ARRAY_LEN(capabilities))
			tsr_buf_printf(out, "%s%s", comma, capabilities[i].name);
		else
			tsr_buf_printf(out, "%s%u", comma, i);
		comma = ", ";
	}
}

static uint64_t of_might(char might)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < TSR_ARRAY_LEN(capabilities); i++)
		if (capabilities[i].might == might)
			bits |= 1ull << i;
	return bits;
}

uint64_t tsr_capability_mighty(void)
{
	return of_might('m');
}

uint64_t tsr_capability_harmless(void)
{
	return of_might('h');
}
