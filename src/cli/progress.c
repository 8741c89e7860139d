/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/write_file.h"
#include "report/text_out.h"

#define NAME_COLUMNS 40
#define INTERVAL_MS 100

void tsr_progress_start(struct tsr_progress *p, const struct tsr_options *o, const char *source)
{
	const char *term = getenv("TERM");

	*p = (struct tsr_progress){ .source = source };
	p->on = !o->no_progress && !o->quiet && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	clock_gettime(CLOCK_MONOTONIC, &p->last);
}

static bool is_due(struct tsr_progress *p)
{
	struct timespec now;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (int64_t)(now.tv_sec - p->last.tv_sec) * 1000 + (now.tv_nsec - p->last.tv_nsec) / 1000000;
	if (ms < INTERVAL_MS)
		return false;
	p->last = now;
	return true;
}

void tsr_progress_update(void *progress, uint64_t done, uint64_t total)
{
	TSR_AUTO(tsr_buf) struct tsr_buf name = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	TSR_AUTO(tsr_buf) struct tsr_buf line = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_progress *p = progress;

	if (!p->on || !is_due(p))
		return;
	tsr_text_escape(tsr_slice_str(p->source), &name);
	tsr_buf_adds(&line, "\r\033[K");
	tsr_text_out_cut(&line, name.ptr, NAME_COLUMNS);
	tsr_buf_adds(&line, "  ");
	tsr_text_out_size(&line, done);
	if (total) {
		tsr_buf_adds(&line, " of ");
		tsr_text_out_size(&line, total);
	}
	tsr_write_all(STDERR_FILENO, tsr_buf_slice(&line));
	p->shown = true;
}

void tsr_progress_end(struct tsr_progress *p)
{
	if (p->shown)
		tsr_write_all(STDERR_FILENO, TSR_SLICE("\r\033[K"));
	p->on = p->shown = false;
}
