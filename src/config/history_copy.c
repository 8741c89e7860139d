/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "config/history_priv.h"

/* What ADD and COPY brought, and where to. */

static bool is_remote(struct tsr_slice source)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://", "git://", "ssh://", "git@" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(schemes); i++)
		if (tsr_slice_starts(source, schemes[i]))
			return true;
	return false;
}

/* The classic builder writes "file:HASH in DEST" of local files, and the bare hash of a download. */
static bool is_bare_hash(struct tsr_slice source)
{
	for (size_t i = 0; i < source.len; i++)
		if (!strchr("0123456789abcdef", source.ptr[i]) || !source.ptr[i])
			return false;
	return source.len == 64;
}

/* A commit of git is its own checksum: …/repository.git#0123… */
static bool is_commit(struct tsr_slice source)
{
	size_t at = tsr_slice_find(source, '#', 0) + 1, n = 0;

	while (at + n < source.len && strchr("0123456789abcdef", source.ptr[at + n]) && source.ptr[at + n])
		n++;
	return n == 40 && (at + n == source.len || source.ptr[at + n] == ':');
}

/* What ADD unpacks, and what cannot be judged. */
static bool is_archive(struct tsr_slice source)
{
	static const char archives[] = "*.tar *.tar.gz *.tgz *.tar.bz2 *.tbz2 *.tbz *.tar.xz *.txz *.tar.zst *.tzst *.tar.lz *.gz *.bz2 *.xz "
				       "*.zst *$* <<*";

	return tsr_judge_listed(archives, source);
}

/* Sources of an ADD or COPY, and where they go: --chown=… A B DEST, ["A", "DEST"], file:HASH in DEST */
struct sources {
	struct tsr_slice first, dest;
	size_t n;
	bool remote, checked, archive, classic, opened;
};

static struct tsr_slice bare(struct tsr_slice word)
{
	while (word.len && strchr("[]\"',", word.ptr[0]))
		word = tsr_slice_sub(word, 1, word.len);
	while (word.len && strchr("[]\"',", word.ptr[word.len - 1]))
		word = tsr_slice_sub(word, 0, word.len - 1);
	return word;
}

static struct sources sources_of(struct tsr_slice text)
{
	struct tsr_slice rest = text, word;
	struct sources s = { .n = 0 };

	while (tsr_slice_next(&rest, ' ', &word)) {
		word = bare(word);
		if (tsr_slice_starts(word, "--"))
			s.checked |= tsr_slice_starts(word, "--checksum=");
		if (tsr_slice_starts(word, "--chmod="))
			s.opened |= tsr_judge_opens_to_all(tsr_slice_sub(word, strlen("--chmod="), word.len));
		if (!word.len || tsr_slice_starts(word, "--"))
			continue;
		if (!s.n++)
			s.first = word;
		s.remote |= is_remote(word) || (s.n == 1 && is_bare_hash(word) && tsr_slice_starts(tsr_slice_trim(rest), "in "));
		s.checked |= is_commit(word);
		s.archive |= s.n > 1 && is_archive(s.dest);
		s.classic |= s.n == 2 && tsr_slice_eq_str(word, "in") && tsr_slice_find(s.first, ':', 0) < s.first.len;
		s.dest = word;
	}
	return s;
}

static void judge_mode(struct tsr_judge *j, const struct sources *s)
{
	if (s->opened)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_CHMOD, "--chmod lets every user write");
}

void tsr_judge_add(struct tsr_judge *j, const struct tsr_instruction *in)
{
	struct sources s = sources_of(in->text);
	bool local;

	judge_mode(j, &s);
	if (s.remote) {
		if (!s.checked)
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_ADD_REMOTE,
				      in->buildkit ? "ADD fetched a file from the network; whether it has a checksum, BuildKit's history does not tell" :
						     "ADD fetched a file from the network without a checksum");
		return;
	}
	/* The root of a base image is one archive. Of a file's hash only the layer can say what it was. */
	if (s.n < 2 || tsr_slice_eq_str(s.dest, "/"))
		return;
	local = s.classic ? tsr_judge_listed("dir:* multi:*", s.first) || (j->left->known && j->left->n_files == 1) : !s.archive;
	if (local)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_ADD_LOCAL, "ADD copies files that COPY would: it is for archives and for the network");
}

void tsr_judge_copy(struct tsr_judge *j, struct tsr_slice text)
{
	struct sources s = sources_of(text);

	judge_mode(j, &s);
	if (s.n > 1 && !j->state->workdir && s.dest.ptr[0] != '/' && s.dest.ptr[0] != '$' && tsr_slice_find(s.dest, ':', 0) == s.dest.len)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_COPY_RELATIVE, "COPY goes to a relative place, and no WORKDIR came before it");
}
