/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

/*
 * What stands in for libFuzzer where the compiler lacks it, and what ci/check runs:
 *
 *	fuzz_NAME SECONDS        the seeds, then mutations of them, always the same ones in the same order
 *	fuzz_NAME FILE...        these inputs, one after the other: a crash again, or a corpus
 *	fuzz_NAME --seeds DIR    writes the seeds there, for libFuzzer to begin with
 *
 * The input at hand when the program dies is left in the file crash-NAME, in the folder $FUZZ_CRASHES.
 */
#define INPUT_MAX (1u << 16)
#define INPUT_SECONDS 30 /* that one may take */

static struct {
	unsigned char bytes[INPUT_MAX];
	size_t len;
	char file[4096];
} now; /* written by the handler of a dying program, so it cannot be on a stack */

/* Of the sanitizers' run-time library, where there is one. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void keep_input(void)
{
	FILE *f = fopen(now.file, "wb");

	if (f) {
		fwrite(now.bytes, 1, now.len, f);
		fclose(f);
		fprintf(stderr, "the input is in %s\n", now.file);
	}
	now.file[0] = '\0';
}

static void on_signal(int number)
{
	if (number == SIGALRM)
		fprintf(stderr, "one input takes more than %d s\n", INPUT_SECONDS);
	keep_input();
	signal(SIGABRT, SIG_DFL);
	abort();
}

static void run(void)
{
	alarm(INPUT_SECONDS);
	LLVMFuzzerTestOneInput(now.bytes, now.len);
	alarm(0);
}

static void set(const void *p, size_t n)
{
	now.len = n < INPUT_MAX ? n : INPUT_MAX;
	memcpy(now.bytes, p, now.len);
}

static uint32_t next(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33) % below;
}

/* Room of n bytes at `at`, as far as there is any. */
static size_t open_gap(size_t at, size_t n)
{
	if (n > INPUT_MAX - now.len)
		n = INPUT_MAX - now.len;
	memmove(now.bytes + at + n, now.bytes + at, now.len - at);
	now.len += n;
	return n;
}

static void mutate_once(uint64_t *state, const struct fuzz_seed *other)
{
	static const char *const words[] = { "\n", "\n\n", "\0", " ", ":", "\"", "'", "{}", "[]", "[", "]", "$(", "`", "<<A\n", ")", "-1",
					     "4294967296", "18446744073709551615", "\xff\xff\xff\xff", "\x80", "../", "\\u0000", "%", "|" };
	size_t at = next(state, (uint32_t)now.len + 1), n = next(state, 64) + 1;
	const char *word;

	if (n > now.len - at)
		n = now.len - at;
	switch (next(state, 6)) {
	case 0: /* a bit */
		if (n)
			now.bytes[at] ^= (unsigned char)(1u << next(state, 8));
		break;
	case 1: /* lost bytes */
		memmove(now.bytes + at, now.bytes + at + n, now.len - at - n);
		now.len -= n;
		break;
	case 2: /* the same again */
		n = open_gap(at, n);
		memmove(now.bytes + at, now.bytes + at + n, n < now.len - at - n ? n : now.len - at - n);
		break;
	case 3: /* what parsers look for */
		word = words[next(state, sizeof(words) / sizeof(words[0]))];
		n = open_gap(at, *word ? strlen(word) : 1);
		memcpy(now.bytes + at, word, n);
		break;
	case 4: /* the rest of another seed */
		n = other->len ? next(state, (uint32_t)other->len) : 0;
		now.len = at;
		n = open_gap(at, other->len - n);
		memcpy(now.bytes + at, other->text + (other->len - n), n);
		break;
	case 5: /* any byte */
		if (n)
			now.bytes[at] = (unsigned char)next(state, 256);
		break;
	}
}

static size_t count_seeds(void)
{
	size_t n = 0;

	while (fuzz_seeds[n].text)
		n++;
	return n;
}

static unsigned long mutate(unsigned seconds)
{
	const uint32_t n = (uint32_t)count_seeds();
	uint64_t state = 1;
	unsigned long runs = 0;
	time_t end = time(NULL) + seconds;

	for (size_t i = 0; i < n; i++, runs++) {
		set(fuzz_seeds[i].text, fuzz_seeds[i].len);
		run();
	}
	for (; time(NULL) < end; runs++) {
		const struct fuzz_seed *s = &fuzz_seeds[next(&state, n)];

		set(s->text, s->len);
		for (uint32_t k = next(&state, 8) + 1; k; k--)
			mutate_once(&state, &fuzz_seeds[next(&state, n)]);
		run();
	}
	return runs;
}

static int write_seeds(const char *dir)
{
	char path[4096];

	for (size_t i = 0; fuzz_seeds[i].text; i++) {
		FILE *f;

		snprintf(path, sizeof(path), "%s/seed-%zu", dir, i);
		f = fopen(path, "wb");
		if (!f || fwrite(fuzz_seeds[i].text, 1, fuzz_seeds[i].len, f) != fuzz_seeds[i].len || fclose(f)) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		return 1;
	}
	now.len = fread(now.bytes, 1, sizeof(now.bytes), f);
	fclose(f);
	run();
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	char *end;
	unsigned long seconds = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
	int rc = 0;

	snprintf(now.file, sizeof(now.file), "%s/crash-%s", getenv("FUZZ_CRASHES") ? getenv("FUZZ_CRASHES") : ".", name);
	if (argc == 3 && !strcmp(argv[1], "--seeds"))
		return write_seeds(argv[2]);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(keep_input);
	signal(SIGALRM, on_signal);
	signal(SIGABRT, on_signal);
	if (argc == 2 && !*end)
		printf("ok %s: %lu inputs\n", name, mutate((unsigned)seconds));
	else
		for (int i = 1; i < argc; i++)
			rc |= replay(argv[i]);
	return rc;
}
