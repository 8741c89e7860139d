/* SPDX-License-Identifier: Apache-2.0 */
#include "config/launch.h"

#include <ctype.h>

#include "base/mem.h"
#include "base/path.h"
#include "shell/shell_words.h"

struct tsr_slices tsr_launch_words(const struct tsr_config *config, struct tsr_arena *arena)
{
	struct tsr_slices out = { NULL, config->entrypoint.n + config->cmd.n };

	if (!out.n)
		return out;
	out.at = tsr_arena_alloc(arena, out.n, sizeof(*out.at));
	for (size_t i = 0; i < out.n; i++)
		out.at[i] = i < config->entrypoint.n ? config->entrypoint.at[i] : config->cmd.at[i - config->entrypoint.n];
	return out;
}

/* The words as a call: past tini and the like. */
static struct tsr_shell_call call_of(struct tsr_slices words, struct tsr_arena *arena)
{
	struct tsr_shell_command c = { .n_words = (uint32_t)words.n };

	c.words = tsr_arena_alloc(arena, words.n + 1, sizeof(*c.words));
	for (size_t i = 0; i < words.n; i++)
		c.words[i].text = words.at[i];
	return tsr_shell_call(&c);
}

/* The text of sh -c TEXT, where that is what is started; else empty. */
static struct tsr_slice shell_text(struct tsr_slices words, struct tsr_arena *arena)
{
	struct tsr_shell_call call = call_of(words, arena);

	if (!tsr_shell_is_shell(tsr_shell_program(&call)))
		return TSR_SLICE_NONE;
	for (uint32_t i = 1; i + 1 < call.n; i++) {
		struct tsr_slice w = call.words[i].text;

		if (w.len < 2 || w.ptr[0] != '-')
			return TSR_SLICE_NONE;
		if (w.ptr[1] != '-' && w.ptr[w.len - 1] == 'c')
			return call.words[i + 1].text;
		i += w.ptr[1] == 'o';
	}
	return TSR_SLICE_NONE;
}

bool tsr_launch_by_shell(struct tsr_slices words, struct tsr_arena *arena)
{
	struct tsr_slice text = shell_text(words, arena);
	struct tsr_shell sh;

	if (!text.len)
		return false;
	tsr_shell_parse(text, arena, &sh);
	/* An exec in any branch: who wrote it knows. */
	for (uint32_t i = 0; i < sh.n; i++)
		if (sh.commands[i].n_words > 1 && tsr_shell_is(&sh.commands[i].words[0], "exec"))
			return false;
	return true;
}

static bool has_variable(const struct tsr_config *config, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < config->env.n; i++)
		if (tsr_slice_starts(config->env.at[i], name) && config->env.at[i].len > n && config->env.at[i].ptr[n] == '=')
			return true;
	return false;
}

static bool has_option(const struct tsr_shell_call *call, const char *option)
{
	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice w = call->words[i].text;

		if (tsr_slice_starts(w, option) && (w.len == strlen(option) || w.ptr[strlen(option)] == '='))
			return true;
	}
	return false;
}

struct server {
	const char *name, *option, *variable;
};

/* What the call starts, if it is one of these; else NULL. */
static const struct server *server_of(const struct tsr_shell_call *call)
{
	static const struct server servers[] = {
		{ "uvicorn", "--timeout-graceful-shutdown", "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN" },
		{ "gunicorn", "--graceful-timeout", "GUNICORN_CMD_ARGS" },
	};
	struct tsr_slice program = tsr_shell_program(call);

	if (tsr_slice_starts(program, "python") && call->n > 2 && tsr_slice_eq_str(call->words[1].text, "-m"))
		program = call->words[2].text;
	for (size_t i = 0; i < TSR_ARRAY_LEN(servers); i++)
		if (tsr_slice_eq_str(program, servers[i].name))
			return &servers[i];
	return NULL;
}

static bool is_graceful(const struct tsr_config *config, const struct tsr_shell_call *call, const struct server *s)
{
	return has_option(call, s->option) || has_option(call, "--config") || has_option(call, "-c") ||
	       has_variable(config, s->variable);
}

const char *tsr_launch_ungraceful(const struct tsr_config *config, struct tsr_slices words, struct tsr_arena *arena)
{
	struct tsr_slice text = shell_text(words, arena);
	const struct server *s = NULL;
	struct tsr_shell_call call;
	struct tsr_shell sh;

	tsr_shell_parse(text, arena, &sh);
	for (uint32_t i = 0; i < sh.n; i++) {
		call = tsr_shell_call(&sh.commands[i]);
		s = server_of(&call);
		if (s && !is_graceful(config, &call, s))
			return s->name;
	}
	if (text.len)
		return NULL;
	/* Behind an entry point script too; what follows the first server are its own words. */
	for (call = call_of(words, arena); call.n; call.words++, call.n--) {
		s = server_of(&call);
		if (s)
			return is_graceful(config, &call, s) ? NULL : s->name;
	}
	return NULL;
}

static unsigned number(struct tsr_slice s, size_t at, size_t *end)
{
	unsigned n = 0;

	for (; at < s.len && isdigit((unsigned char)s.ptr[at]) && n < 100000; at++)
		n = n * 10 + (unsigned)(s.ptr[at] - '0');
	*end = at;
	return n < 65536 ? n : 0;
}

static bool is_beginning(struct tsr_slice text, size_t at)
{
	return !at || (!isalnum((unsigned char)text.ptr[at - 1]) && !strchr(".-_", text.ptr[at - 1]));
}

/* What stands behind a host: ":8000", " 8000", "', 8000", or the end of a URL's host. */
static unsigned port_behind(struct tsr_slice text, size_t host, size_t at)
{
	struct tsr_slice before = tsr_slice_sub(text, 0, host);
	size_t start = at, end;
	unsigned port;

	while (at < text.len && at - start < 4 && strchr(":'\", ", text.ptr[at]))
		at++;
	port = at > start ? number(text, at, &end) : 0;
	if (port || !tsr_slice_ends(before, "://"))
		return at > start && end < text.len && strchr(".:", text.ptr[end]) ? 0 : port;
	if (start < text.len && !strchr("/?#'\" \t\n)", text.ptr[start]))
		return 0;
	return tsr_slice_ends(before, "https://") ? 443 : 80;
}

unsigned tsr_launch_local_port(struct tsr_slice text)
{
	static const char *const hosts[] = { "localhost", "127.0.0.1", "[::1]", "0.0.0.0" };

	for (size_t at = 0; at < text.len; at++) {
		struct tsr_slice rest = tsr_slice_sub(text, at, text.len);

		for (size_t i = 0; i < TSR_ARRAY_LEN(hosts); i++) {
			unsigned port;

			if (!tsr_slice_starts(rest, hosts[i]) || !is_beginning(text, at))
				continue;
			port = port_behind(text, at, at + strlen(hosts[i]));
			if (port)
				return port;
		}
	}
	return 0;
}
