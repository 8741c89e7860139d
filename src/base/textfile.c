/* SPDX-License-Identifier: Apache-2.0 */
#include "base/textfile.h"

#include <errno.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"

int tsr_textfile_read(const char *path, struct tsr_buf *out, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf shown = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	char chunk[16384];
	FILE *f = fopen(path, "re");
	size_t n;
	int errnum = errno;

	tsr_text_escape(tsr_slice_str(path), &shown);
	if (!f)
		return tsr_err_errno(err, TSR_EUSAGE, errnum, "%s", shown.ptr);
	while (!out->full && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		tsr_buf_add(out, chunk, n);
	errnum = ferror(f) ? errno : 0;
	fclose(f);
	if (errnum)
		return tsr_err_errno(err, TSR_EUSAGE, errnum, "%s", shown.ptr);
	if (out->full)
		return tsr_err_set(err, TSR_EUSAGE, "%s: larger than %zu bytes", shown.ptr, out->max);
	return 0;
}
