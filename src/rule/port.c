/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/demands.h"

#include <string.h>

static int number(struct tsr_slice s, uint16_t *out)
{
	unsigned long long n;

	if (tsr_slice_u64(s, &n) || !n || n > UINT16_MAX)
		return -1;
	*out = (uint16_t)n;
	return 0;
}

int tsr_port_parse(struct tsr_slice text, struct tsr_port *out)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	size_t slash = tsr_slice_find(text, '/', 0), i;
	struct tsr_slice range = tsr_slice_sub(text, 0, slash), name = tsr_slice_sub(text, slash + 1, text.len);
	size_t hyphen = tsr_slice_find(range, '-', 0);

	*out = (struct tsr_port){ .protocol = "tcp" };
	for (i = 0; slash < text.len && i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (tsr_slice_caseeq_str(name, protocols[i]))
			break;
	if (slash < text.len) {
		if (i == sizeof(protocols) / sizeof(protocols[0]))
			return -1;
		memcpy(out->protocol, protocols[i], strlen(protocols[i]) + 1);
	}
	if (number(tsr_slice_sub(range, 0, hyphen), &out->first))
		return -1;
	out->last = out->first;
	if (hyphen < range.len && number(tsr_slice_sub(range, hyphen + 1, range.len), &out->last))
		return -1;
	return out->first <= out->last ? 0 : -1;
}
