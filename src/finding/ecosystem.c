/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/ecosystem.h"

#include <stddef.h>

const char *const tsr_ecosystem_names[TSR_ECOSYSTEMS + 1] = {
	"python", "dpkg", "apk", "rpm", "node", "ruby", "go", "cargo", "conda", NULL,
};
