/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_ECOSYSTEM_H
#define TSR_FINDING_ECOSYSTEM_H

/* Whose package it is: the manager that knows it, or the language. Numbers are in facts. */
enum tsr_ecosystem {
	TSR_ECO_PYTHON = 0,
	TSR_ECO_DPKG,
	TSR_ECO_APK,
	TSR_ECO_RPM,
	TSR_ECO_NODE,
	TSR_ECO_RUBY,
	TSR_ECO_GO,
	TSR_ECO_CARGO,
	TSR_ECO_CONDA,
	TSR_ECOSYSTEMS
};

/* Their words in rules and reports, in the order of the enum; NULL at the end. */
extern const char *const tsr_ecosystem_names[TSR_ECOSYSTEMS + 1];

#endif
