/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/profiles.h"

#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/* The files as they are: what a user reads and copies is what the program has. */
#define PROFILE(symbol, name) \
	__asm__(".pushsection .rodata\n" \
		".global tsr_profile_" #symbol "\n" \
		".global tsr_profile_end_" #symbol "\n" \
		"tsr_profile_" #symbol ":\n" \
		".incbin \"rules/profiles/" name ".yaml\"\n" \
		"tsr_profile_end_" #symbol ":\n" \
		".byte 0\n" \
		".popsection\n"); \
	extern const char tsr_profile_##symbol[], tsr_profile_end_##symbol[];
#include "policy/profiles.def"
#undef PROFILE

static const struct {
	const char *name, *text, *end;
} profiles[] = {
#define PROFILE(symbol, name) { name, tsr_profile_##symbol, tsr_profile_end_##symbol },
#include "policy/profiles.def"
#undef PROFILE
};

bool tsr_profile_at(size_t i, const char **name, struct tsr_slice *text)
{
	if (i >= TSR_ARRAY_LEN(profiles))
		return false;
	*name = profiles[i].name;
	*text = tsr_slice_of(profiles[i].text, (size_t)(profiles[i].end - profiles[i].text));
	return true;
}

static int unknown(const char *name, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf names = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	TSR_AUTO(tsr_buf) struct tsr_buf shown = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(profiles); i++)
		tsr_buf_printf(&names, "%s%s", i ? ", " : "", profiles[i].name);
	tsr_text_escape(tsr_slice_str(name), &shown);
	return tsr_err_set(err, TSR_EUSAGE, "'%s' is neither a profile (%s) nor a file", shown.ptr, names.ptr);
}

int tsr_profile_read(struct tsr_settings *s, const char *name, struct tsr_err *err)
{
	struct tsr_slice text;
	const char *own;
	size_t i;
	int rc;

	for (i = 0; tsr_profile_at(i, &own, &text) && strcmp(own, name) != 0;)
		i++;
	if (i < TSR_ARRAY_LEN(profiles))
		rc = tsr_settings_read(s, text, name, err);
	else if (!strchr(name, '/') && access(name, F_OK) != 0)
		return unknown(name, err);
	else
		rc = tsr_settings_read_file(s, name, err);
	if (!rc && s->profile)
		return tsr_err_set(err, TSR_EUSAGE, "%s: a profile names no profile", name);
	return rc;
}
