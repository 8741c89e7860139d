/* SPDX-License-Identifier: Apache-2.0 */
#include "config/program.h"

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/mem.h"
#include "layer/facts_build.h"

struct file {
	const char *path;
	char type;
	uint32_t mode;
	int64_t uid, gid;
	const char *link; /* of a link; of a file: its interpreter, "env NAME" */
};

struct root {
	struct tsr_facts *facts;
	const struct tsr_facts *layers[1];
	struct tsr_rootfs *root;
	struct tsr_slice env;
	struct tsr_config config;
	struct tsr_programs programs;
	struct tsr_arena arena;
};

static void add(struct tsr_builder *b, const struct file *f)
{
	struct tsr_entry e = { .type = f->type, .mode = f->mode, .uid = f->uid, .gid = f->gid };
	struct tsr_extract x = { .kind = TSR_EXTRACT_SCRIPT };

	e.node = tsr_builder_node(b, tsr_slice_str(f->path));
	if (f->type == '2') {
		e.link = tsr_builder_text(b, tsr_slice_str(f->link));
		e.link_len = (uint32_t)strlen(f->link);
	}
	x.entry = tsr_builder_add_entry(b, &e);
	if (f->type != '0' || !f->link)
		return;
	x.a = tsr_builder_text(b, tsr_slice_str(strncmp(f->link, "env ", 4) ? f->link : "/usr/bin/env"));
	if (!strncmp(f->link, "env ", 4))
		x.b = tsr_builder_text(b, tsr_slice_str(f->link + 4));
	tsr_builder_add_extract(b, &x);
}

static void add_accounts(struct tsr_builder *b)
{
	struct tsr_entry passwd = { .type = '0', .node = tsr_builder_node(b, TSR_SLICE("etc/passwd")) };
	struct tsr_entry group = { .type = '0', .node = tsr_builder_node(b, TSR_SLICE("etc/group")) };
	struct tsr_extract x = { .kind = TSR_EXTRACT_ACCOUNT, .entry = tsr_builder_add_entry(b, &passwd), .x = 1001, .y = 100 };

	x.a = tsr_builder_text(b, TSR_SLICE("app"));
	tsr_builder_add_extract(b, &x);
	x = (struct tsr_extract){ .kind = TSR_EXTRACT_GROUP, .entry = tsr_builder_add_entry(b, &group), .x = 50 };
	x.a = tsr_builder_text(b, TSR_SLICE("web"));
	x.b = tsr_builder_text(b, TSR_SLICE("nobody,app"));
	tsr_builder_add_extract(b, &x);
}

static const struct file files[] = {
	{ "bin", '2', 0777, 0, 0, "usr/bin" },
	{ "usr/bin/sh", '0', 0755, 0, 0, NULL },
	{ "usr/bin/env", '0', 0755, 0, 0, NULL },
	{ "usr/local/bin/python3", '2', 0777, 0, 0, "/opt/python/bin/python3" },
	{ "opt/python/bin/python3", '0', 0755, 0, 0, NULL },
	{ "app/run", '0', 0755, 0, 0, "/bin/sh" },
	{ "app/run.py", '0', 0755, 0, 0, "env python3" },
	{ "app/lost.py", '0', 0755, 0, 0, "env ruby" },
	{ "app/lost.sh", '0', 0755, 0, 0, "/bin/bash" },
	{ "app/again", '0', 0755, 0, 0, "/app/again" },
	{ "app/chain1", '0', 0755, 0, 0, "env chain2" },
	{ "app/chain2", '0', 0755, 0, 0, "env chain3" },
	{ "app/chain3", '0', 0755, 0, 0, "env chain4" },
	{ "app/chain4", '0', 0755, 0, 0, "env lost" },
	{ "app/mine", '0', 0700, 1001, 7, NULL },
	{ "app/not-mine", '0', 0077, 1001, 7, NULL },
	{ "app/group", '0', 0070, 0, 100, NULL },
	{ "app/not-group", '0', 0707, 0, 100, NULL },
	{ "app/member", '0', 0010, 0, 50, NULL },
	{ "app/others", '0', 0001, 0, 0, NULL },
	{ "app/root", '0', 0744, 0, 0, NULL },
	{ "app/blind", '0', 0711, 0, 0, "/bin/sh" },
	{ "shut", '5', 0700, 0, 0, NULL },
	{ "shut/run", '0', 0755, 0, 0, NULL },
	{ "away", '2', 0777, 0, 0, "shut/run" },
	{ "loop", '2', 0777, 0, 0, "loop" },
	{ "dir", '5', 0755, 0, 0, NULL },
	{ "sock", '6', 0644, 0, 0, NULL },
};

static void root_init(struct root *r, const char *user, const char *path)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_facts head = { 0 };

	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < TSR_ARRAY_LEN(files); i++)
		add(b, &files[i]);
	add_accounts(b);
	r->facts = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	r->layers[0] = r->facts;
	r->root = tsr_rootfs_new();
	tsr_rootfs_add(r->root, r->facts);
	tsr_rootfs_settle(r->root);
	r->config.user = tsr_slice_str(user);
	r->config.working_dir = TSR_SLICE("/app");
	r->env = tsr_slice_str(path);
	if (path)
		r->config.env = (struct tsr_slices){ &r->env, 1 };
	tsr_programs_init(&r->programs, &r->config, r->root, r->layers);
}

static void root_release(struct root *r)
{
	tsr_rootfs_free(r->root);
	tsr_facts_free(r->facts);
	tsr_arena_release(&r->arena);
}

Test(program, is_found_as_a_runtime_finds_it)
{
	static const struct {
		const char *user, *path, *name;
		enum tsr_program_state want;
	} cases[] = {
		{ "1001", NULL, "/bin/sh", TSR_PROGRAM_OK },
		{ "1001", NULL, "sh", TSR_PROGRAM_OK },
		{ "1001", NULL, "python3", TSR_PROGRAM_OK },
		{ "1001", NULL, "curl", TSR_PROGRAM_MISSING },
		{ "1001", NULL, "", TSR_PROGRAM_MISSING },
		{ "1001", "PATH=/opt:/bin", "sh", TSR_PROGRAM_OK },
		{ "1001", "PATH=/opt", "sh", TSR_PROGRAM_MISSING },
		{ "1001", "PATH=", "sh", TSR_PROGRAM_MISSING },
		{ "1001", "PATH=:/x", "run", TSR_PROGRAM_OK },
		{ "1001", "PATH=/app:/bin", "root", TSR_PROGRAM_DENIED },
		{ "1001", NULL, "./run", TSR_PROGRAM_OK },
		{ "1001", NULL, "../dir", TSR_PROGRAM_DIRECTORY },
		{ "1001", NULL, "../../../usr/bin/sh", TSR_PROGRAM_OK },
		{ "1001", NULL, "/dir", TSR_PROGRAM_DIRECTORY },
		{ "1001", NULL, "/usr", TSR_PROGRAM_DIRECTORY },
		{ "1001", NULL, "/", TSR_PROGRAM_DIRECTORY },
		{ "1001", NULL, "/loop", TSR_PROGRAM_MISSING },
		{ "1001", NULL, "/sock", TSR_PROGRAM_DENIED },
		{ "1001", NULL, "/bin/sh/x", TSR_PROGRAM_MISSING },
		{ "1001", NULL, "/app/run", TSR_PROGRAM_OK },
		{ "1001", NULL, "/app/run.py", TSR_PROGRAM_OK },
		{ "1001", "PATH=/usr/bin", "/app/run.py", TSR_PROGRAM_NO_INTERPRETER },
		{ "1001", NULL, "/app/lost.py", TSR_PROGRAM_NO_INTERPRETER },
		{ "1001", NULL, "/app/lost.sh", TSR_PROGRAM_NO_INTERPRETER },
		{ "1001", NULL, "/app/again", TSR_PROGRAM_OK }, /* the kernel says so at run time, after a few rounds */
		{ "1001", NULL, "/app/mine", TSR_PROGRAM_OK },
		{ "1002", NULL, "/app/mine", TSR_PROGRAM_DENIED },
		{ "1001", NULL, "/app/not-mine", TSR_PROGRAM_DENIED },
		{ "1001", NULL, "/app/group", TSR_PROGRAM_OK }, /* by the account's primary group */
		{ "app", NULL, "/app/group", TSR_PROGRAM_OK },
		{ "1001:7", NULL, "/app/group", TSR_PROGRAM_DENIED },
		{ "1002:100", NULL, "/app/group", TSR_PROGRAM_OK },
		{ "1001", NULL, "/app/not-group", TSR_PROGRAM_DENIED },
		{ "app", NULL, "/app/member", TSR_PROGRAM_OK },
		{ "1001", NULL, "/app/member", TSR_PROGRAM_OK },
		{ "app:100", NULL, "/app/member", TSR_PROGRAM_DENIED }, /* a group given is the only one */
		{ "app:web", NULL, "/app/member", TSR_PROGRAM_OK },
		{ "1002", NULL, "/app/member", TSR_PROGRAM_DENIED },
		{ "1002:5", NULL, "/app/others", TSR_PROGRAM_OK },
		{ "1002", NULL, "/app/others", TSR_PROGRAM_DENIED }, /* group 0, which has less */
		{ "1001", NULL, "/app/root", TSR_PROGRAM_DENIED },
		{ "0", NULL, "/app/root", TSR_PROGRAM_OK },
		{ "", NULL, "/app/mine", TSR_PROGRAM_OK },
		{ "0", NULL, "/sock", TSR_PROGRAM_DENIED },
		{ "1001", NULL, "/app/blind", TSR_PROGRAM_DENIED },
		{ "0", NULL, "/app/blind", TSR_PROGRAM_OK },
		{ "1001", NULL, "/shut/run", TSR_PROGRAM_UNREACHABLE },
		{ "1001", NULL, "/away", TSR_PROGRAM_UNREACHABLE },
		{ "0", NULL, "/away", TSR_PROGRAM_OK },
		{ "unknown", NULL, "/app/mine", TSR_PROGRAM_OK }, /* another rule speaks of the user */
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		struct tsr_program_fault fault;
		struct root r;

		root_init(&r, cases[i].user, cases[i].path);
		cr_expect_eq(tsr_program_check(&r.programs, tsr_slice_str(cases[i].name), &fault),
			     cases[i].want == TSR_PROGRAM_OK);
		cr_expect_eq(fault.state, cases[i].want, "%s %s as %s: %d", cases[i].name, cases[i].path ? cases[i].path : "",
			     cases[i].user, fault.state);
		cr_expect_not_null(tsr_program_says(&fault, cases[i].name, "x", &r.arena));
		root_release(&r);
	}
}

Test(program, texts_are_judged_by_the_commands_in_them)
{
	static const struct {
		const char *text, *fault; /* NULL: none */
	} cases[] = {
		{ "python3 -c 'curl x' && exit 0 || exit 1", NULL },
		{ "curl x || exit 1", "curl" },
		{ "curl x || wget x || exit 1", "curl" },
		{ "curl x || python3 x", NULL },
		{ "python3 x || curl x", NULL },
		{ "python3 x && curl x", "curl" },
		{ "python3 x | grep y", "grep" },
		{ "test -x /usr/bin/curl && /usr/bin/curl x", NULL },
		{ "if command -v curl >/dev/null; then curl x; fi", NULL },
		{ "export PATH=/x:$PATH; curl", NULL },
		{ "cd /x; ./curl", NULL },
		{ "./curl", "./curl" },
		{ "$CURL x", NULL },
		{ "timeout 5 curl x", "timeout" },
		{ "env A=1 curl x", "curl" },
		{ "sh -c 'sh -c \"curl x\"'", "curl" },
		{ "[ \"$(curl x)\" = y ]", "curl" },
		{ "ok() { python3; }; ok", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		struct tsr_program_fault fault;
		struct root r;
		bool fine;

		root_init(&r, "1001", NULL);
		fine = tsr_program_check_text(&r.programs, tsr_slice_str(cases[i].text), &r.arena, &fault);
		cr_expect_eq(fine, !cases[i].fault, "%s", cases[i].text);
		if (!fine && cases[i].fault)
			cr_expect(tsr_slice_eq_str(fault.name, cases[i].fault), "%s: %.*s", cases[i].text,
				  TSR_SLICE_ARG(fault.name));
		root_release(&r);
	}
}

/* Each of the four is looked for in every part of PATH, for every place where the one before it is. */
Test(program, what_a_look_costs_is_bounded_and_said, .timeout = 60)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_program_fault fault;
	struct root r;

	root_init(&r, "1001", "PATH=/app:/usr/bin");
	cr_expect_not(tsr_program_check(&r.programs, TSR_SLICE("chain1"), &fault));
	cr_expect_eq(fault.state, TSR_PROGRAM_NO_INTERPRETER);
	cr_expect_not(r.programs.limited);
	root_release(&r);
	tsr_buf_adds(&path, "PATH=/usr/bin");
	for (int i = 0; i < 200; i++)
		tsr_buf_adds(&path, ":/app");
	root_init(&r, "1001", path.ptr);
	tsr_program_check(&r.programs, TSR_SLICE("chain1"), &fault);
	cr_expect(r.programs.limited);
	root_release(&r);
}

Test(program, commands_beyond_what_is_judged_are_said)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_program_fault fault;
	struct root r;

	root_init(&r, "1001", NULL);
	for (int i = 0; i < 300; i++)
		tsr_buf_adds(&text, "python3 x; ");
	cr_expect(tsr_program_check_text(&r.programs, tsr_slice_sub(tsr_buf_slice(&text), 0, 11 * 250), &r.arena, &fault));
	cr_expect_not(r.programs.limited);
	cr_expect(tsr_program_check_text(&r.programs, tsr_buf_slice(&text), &r.arena, &fault));
	cr_expect(r.programs.limited);
	root_release(&r);
}
