/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "config/user.h"

/* Who runs the image: config/user-root, config/user-unresolved, config/user-not-numeric. */
void tsr_image_check_user(struct tsr_image_fold *x)
{
	static const struct {
		enum tsr_builtin rule;
		bool says;
	} rules[] = {
		[TSR_USER_OK] = { 0, false },
		[TSR_USER_NAME] = { TSR_BUILTIN_USER_NOT_NUMERIC, true },
		[TSR_USER_ROOT] = { TSR_BUILTIN_USER_ROOT, true },
		[TSR_USER_UNRESOLVED] = { TSR_BUILTIN_USER_UNRESOLVED, true },
	};
	struct tsr_user_verdict v;

	if (!x->image->config)
		return;
	if (tsr_slice_eq_str(x->image->config->os, "windows"))
		v = tsr_user_judge_windows(x->image->config->user);
	else
		v = tsr_user_judge(x->image->config->user, x->rootfs, x->facts);
	if (rules[v.kind].says)
		tsr_image_emit_config(x, rules[v.kind].rule, v.why, "/config/User");
}
