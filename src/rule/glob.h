/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_GLOB_H
#define TSR_RULE_GLOB_H

#include "base/slice.h"

/*
 * Path globs, as in .gitignore without negation: `*` and `?` match within a
 * component, `**` any number of components, `[a-z]` and `[!a-z]` one character. A pattern
 * without a slash matches the last component anywhere; one with a slash the whole
 * clean path (a leading slash changes nothing else). `{a,b}` alternates (not nested), `\` quotes the next
 * character. A character is a byte. Linear in the path, whatever the glob. Nothing matches the root.
 */
bool tsr_glob_match(const char *glob, struct tsr_slice clean_path);
/* Does one of these match? `globs` is NULL-terminated, or NULL. */
bool tsr_glob_any(const char *const *globs, struct tsr_slice clean_path);
/* NULL, or what is wrong with it. */
const char *tsr_glob_check(const char *glob);

/*
 * Many globs at once, for every entry of a layer: compiled so that an entry costs
 * a few hash look-ups and not one match per glob (exact last component,
 * its suffix behind the last dot, its prefix up to the first wildcard; only what is left is tried).
 */
struct tsr_globset;
struct tsr_globset *tsr_globset_new(void);
void tsr_globset_free(struct tsr_globset *g);
void tsr_globset_add(struct tsr_globset *g, const char *glob, unsigned id); /* glob borrowed */
void tsr_globset_settle(struct tsr_globset *g);
/* Calls hit for every id of which a glob matches, ascending, each id once. Safe from several threads. */
void tsr_globset_match(const struct tsr_globset *g, struct tsr_slice clean_path, void (*hit)(void *ctx, unsigned id), void *ctx);

#endif
