/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_PYTHON_LINKS_H
#define TSR_INSPECT_PYTHON_LINKS_H

#include "inspect/inspect.h"
#include "inspect/python.h"

/*
 * Links to the source of Python packages, of one blob: NAME.egg-link and .pth files. An editable installation has either beside its
 * distribution, whose direct_url.json says the same; it is told once.
 */
struct tsr_python_links;
struct tsr_python_links *tsr_python_links_new(void);
void tsr_python_links_free(struct tsr_python_links *l);
/* The file at hand is one. */
void tsr_python_links_egg(struct tsr_inspect *in, struct tsr_python_links *l, struct tsr_slice content);
void tsr_python_links_pth(struct tsr_inspect *in, struct tsr_python_links *l, struct tsr_slice content);
/* A distribution of this name says itself that it is editable. */
void tsr_python_links_told(struct tsr_python_links *l, const char *name);
/* The rest is told. */
void tsr_python_links_end(struct tsr_inspect *in, struct tsr_python_links *l);

/* --- of inspect/python.c --- */

/*
 * Where the name ends: at the '-' before the version's first digit. A '-' in the name itself
 * should be written '_', but old tools did not; without such a version the first '-' must do.
 */
size_t tsr_python_name_end(struct tsr_slice s);
/* A raw: "NAME VERSION HOW". `version` may be NULL; `severity` is one of its own, or NULL. */
void tsr_python_say(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const char *name, const char *version, const char *how,
		    const enum tsr_severity *severity);
void tsr_python_say_unpinned(struct tsr_inspect *in, enum tsr_python_origin origin, uint32_t entry, const char *name,
			     const char *version);

#endif
