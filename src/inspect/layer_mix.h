/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_LAYER_MIX_H
#define TSR_INSPECT_LAYER_MIX_H

#include "layer/facts.h"

/*
 * What a layer brings to an application: installed dependencies (packages in a site-packages,
 * dist-packages or node_modules directory) and the application's own source (files of scripting
 * languages outside of these and of the system's directories). A layer of both is built anew, pulled
 * and stored with all its dependencies whenever a line of source changes.
 */
struct tsr_layer_mix {
	uint32_t packages; /* metadata files of dependencies */
	uint32_t sources;  /* files of the application's own */
	uint32_t package, source; /* the first entry of each, or TSR_NONE */
};

void tsr_layer_mix(const struct tsr_facts *f, struct tsr_layer_mix *out);

#endif
