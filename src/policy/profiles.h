/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_PROFILES_H
#define TSR_POLICY_PROFILES_H

#include "policy/settings.h"

/* The text of a profile of the binary by number; false past the end. */
bool tsr_profile_at(size_t i, const char **name, struct tsr_slice *text);

/*
 * Reads a profile over *s: one of the binary by its name, else a file. TSR_EUSAGE; for a word that
 * is neither, the profiles there are.
 */
int tsr_profile_read(struct tsr_settings *s, const char *name, struct tsr_err *err);

#endif
