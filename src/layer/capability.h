/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_LAYER_CAPABILITY_H
#define TSR_LAYER_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Capabilities of a program, as the extended attribute security.capability has them
 * (capabilities(7), "File capabilities"; struct vfs_cap_data of <linux/capability.h>), revisions 1 to 3.
 */
struct tsr_capability {
	uint64_t permitted, inheritable; /* a bit each, by the capability's number */
	uint32_t revision;
	bool effective;                  /* permitted ones take effect at once */
};

/* -1: the value has no form that the kernel takes; *out is zero then. */
int tsr_capability_read(struct tsr_slice value, struct tsr_capability *out);

/* Appends "cap_net_raw, cap_sys_admin". */
void tsr_capability_names(uint64_t bits, struct tsr_buf *out);

/* Those with which a process can make itself root, or get at what root alone may. */
uint64_t tsr_capability_mighty(void);
/* Those that a program needs for one thing and that open nothing else: low ports, raw sockets, locked memory … */
uint64_t tsr_capability_harmless(void);

#endif
