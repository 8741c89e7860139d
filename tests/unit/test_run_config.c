/* SPDX-License-Identifier: Apache-2.0 */
#include "config/run_config.h"

#include <criterion/criterion.h>

#include "base/mem.h"
#include "config/label.h"
#include "config/launch.h"

Test(run_config, stop_signals_are_told_apart)
{
	static const char *const fine[] = { "", "SIGTERM", "TERM", "sigint", "SIGQUIT", "15", "SIGRTMIN+3", "37", "SIGWINCH" };
	static const char *const odd[] = { "SIGKILL", "KILL", "9", "SIGSTOP", "SIGSEGV", "SIGFOO", "0", "65", "99999999999999999999", "TERM " };

	for (size_t i = 0; i < TSR_ARRAY_LEN(fine); i++)
		cr_expect_null(tsr_stop_signal_fault(tsr_slice_str(fine[i])), "%s", fine[i]);
	for (size_t i = 0; i < TSR_ARRAY_LEN(odd); i++)
		cr_expect_not_null(tsr_stop_signal_fault(tsr_slice_str(odd[i])), "%s", odd[i]);
}

Test(run_config, volumes_of_the_system_are_sensitive)
{
	static const char *const sensitive[] = { "/",	 "/etc",     "/etc/", "//usr//bin", "/proc/sys", "/sys", "/dev",
						 "/run", "/var/run/docker.sock", "/a/../etc", "/root/.ssh" };
	static const char *const fine[] = { "", "/data", "/etc/grafana", "/dev/shm", "/var/lib/docker-registry", "/processes", "/home/app",
					    "/var/lib/postgresql/data" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(sensitive); i++)
		cr_expect(tsr_volume_is_sensitive(tsr_slice_str(sensitive[i])), "%s", sensitive[i]);
	for (size_t i = 0; i < TSR_ARRAY_LEN(fine); i++)
		cr_expect_not(tsr_volume_is_sensitive(tsr_slice_str(fine[i])), "%s", fine[i]);
}

Test(run_config, ports_are_found_in_ranges)
{
	struct tsr_slice list[] = { TSR_SLICE("x"), TSR_SLICE("99999999"), TSR_SLICE("8000/tcp"), TSR_SLICE("20-25"), TSR_SLICE("22/tcp") };
	struct tsr_slices ports = { list, TSR_ARRAY_LEN(list) };

	cr_expect_eq(tsr_ports_find(ports, 22, 22), 3);
	cr_expect_eq(tsr_ports_find(ports, 1, 1023), 3);
	cr_expect_eq(tsr_ports_find(ports, 8000, 8000), 2);
	cr_expect_eq(tsr_ports_find(ports, 26, 100), ports.n);
}

Test(run_config, ranges_of_ports_are_compared_by_their_numbers)
{
	static const struct {
		const char *a, *b;
		bool within, meets;
	} cases[] = {
		{ "8000", "8000/tcp", true, true },	 { "8000/tcp", "8000", true, true },	{ "53/udp", "53", false, false },
		{ "8001", "8000-8100", true, true },	 { "8000-8100", "8001", false, true },	{ "20-30/tcp", "22", false, true },
		{ "8000-8200", "8100-8300", false, true }, { "1-2", "3-4", false, false },	{ "22", "220", false, false },
		{ "x", "x", true, true },		 { "x", "22", false, false },		{ "22-", "22", false, false },
		{ "8000-8100/udp", "8000-8100", false, false },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		struct tsr_slice a = tsr_slice_str(cases[i].a), b = tsr_slice_str(cases[i].b);

		cr_expect_eq(tsr_port_within(a, b), cases[i].within, "%s in %s", cases[i].a, cases[i].b);
		cr_expect_eq(tsr_port_meets(a, b), cases[i].meets, "%s and %s", cases[i].a, cases[i].b);
		cr_expect_eq(tsr_port_meets(b, a), cases[i].meets, "%s and %s", cases[i].b, cases[i].a);
	}
}

Test(run_config, what_is_no_port_is_found)
{
	static const char *const odd[] = { "70000/tcp", "http", "0", "90-80", "80/icmp", "", "-80", "80-", "80/" };
	static const char *const fine[] = { "80", "80/tcp", "53/udp", "8000-8100/tcp", "65535/sctp", "443/TCP" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(odd); i++) {
		struct tsr_slice s = tsr_slice_str(odd[i]);

		cr_expect_eq(tsr_ports_invalid((struct tsr_slices){ &s, 1 }), 0, "%s", odd[i]);
	}
	for (size_t i = 0; i < TSR_ARRAY_LEN(fine); i++) {
		struct tsr_slice s = tsr_slice_str(fine[i]);

		cr_expect_eq(tsr_ports_invalid((struct tsr_slices){ &s, 1 }), 1, "%s", fine[i]);
	}
}

Test(run_config, labels_have_their_forms)
{
	static const struct {
		const char *name, *value;
		bool fine;
	} cases[] = {
		{ "maintainer", "", true },
		{ "build_version", "1 2", true },
		{ "io.k8s.display-name", "A b", true },
		{ "", "x", false },
		{ "a b", "x", false },
		{ "a=b", "x", false },
		{ "-a", "x", false },
		{ "org.opencontainers.image.version", " ", false },
		{ "org.opencontainers.image.created", "2024-05-17T08:30:00Z", true },
		{ "org.opencontainers.image.created", "2024-05-17T08:30:00.123456+02:00", true },
		{ "org.opencontainers.image.created", "2024-05-17", false },
		{ "org.opencontainers.image.created", "2024-05-17T08:30:00", false },
		{ "org.opencontainers.image.created", "yesterday", false },
		{ "org.opencontainers.image.source", "https://example.org/a", true },
		{ "org.opencontainers.image.source", "git+ssh://git@example.org/a", true },
		{ "org.opencontainers.image.url", "example.org", false },
		{ "org.opencontainers.image.documentation", "see https://example.org", false },
		{ "org.opencontainers.image.licenses", "Apache-2.0", true },
		{ "org.opencontainers.image.licenses", "(MIT OR GPL-2.0-only WITH Classpath-exception-2.0)", true },
		{ "org.opencontainers.image.licenses", "Apache 2.0", false },
		{ "org.opencontainers.image.licenses", "MIT, BSD", false },
		{ "org.opencontainers.image.licenses", "MIT OR", false },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++)
		cr_expect_eq(!tsr_label_fault(tsr_slice_str(cases[i].name), tsr_slice_str(cases[i].value)), cases[i].fine, "%s=%s",
			     cases[i].name, cases[i].value);
}

Test(run_config, a_url_of_this_host_has_its_port)
{
	static const struct {
		const char *text;
		unsigned port;
	} cases[] = {
		{ "curl -f http://localhost:8000/health || exit 1", 8000 },
		{ "import urllib; open('http://127.0.0.1:81')", 81 },
		{ "http://[::1]:9/", 9 },
		{ "curl https://localhost/health", 443 },
		{ "curl http://localhost", 80 },
		{ "curl http://localhost:$PORT/", 0 },
		{ "curl http://localhost.example.org:81/", 0 },
		{ "curl http://example.org:81/ http://0.0.0.0:82", 82 },
		{ "pg_isready -h localhost", 0 },
		{ "wget --spider localhost:8080/health", 8080 },
		{ "nc -z 127.0.0.1 5432", 5432 },
		{ "socket.create_connection(('localhost', 8001))", 8001 },
		{ "redis-cli -h localhost ping", 0 },
		{ "mylocalhost:81", 0 },
		{ "ping 127.0.0.1 -c 1", 0 },
		{ "curl http://127.0.0.1.example.org:81/", 0 },
		{ "http://localhost:99999/", 0 },
		{ ":::::", 0 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++)
		cr_expect_eq(tsr_launch_local_port(tsr_slice_str(cases[i].text)), cases[i].port, "%s", cases[i].text);
}

Test(run_config, variables_are_judged_by_the_words_of_their_name)
{
	static const struct {
		const char *name, *value;
		enum tsr_variable_kind kind;
	} cases[] = {
		{ "DB_PASSWORD", "tiger7", TSR_VARIABLE_VALUE },
		{ "dbPassword", "correct horse", TSR_VARIABLE_VALUE },
		{ "SECRET_KEY", "k3Xp9-vb2QwZ", TSR_VARIABLE_VALUE },
		{ "ADMIN_PASSWORD", "superuser", TSR_VARIABLE_WEAK },
		{ "DB_PASSWORD", "", TSR_VARIABLE_NONE },
		{ "DB_PASSWORD", "changeme", TSR_VARIABLE_NONE },
		{ "DB_PASSWORD", "${DB_PASSWORD}", TSR_VARIABLE_NONE },
		{ "DB_PASSWORD", "/run/secrets/db", TSR_VARIABLE_NONE },
		{ "DB_PASSWORD_FILE", "tiger7", TSR_VARIABLE_NONE },
		{ "GPG_KEY", "7169605F62C751356D054A26A821E680E5FA6305", TSR_VARIABLE_NONE },
		{ "JWT_KEY", "k3Xp9-vb2QwZ", TSR_VARIABLE_WEAK },
		{ "KEY", "k3Xp9vb2QwZ0", TSR_VARIABLE_WEAK },
		{ "DB_CREDS", "k3Xp9-vb2QwZ", TSR_VARIABLE_WEAK },
		{ "REDIS_AUTH", "k3Xp9-vb2QwZ", TSR_VARIABLE_WEAK },
		{ "JWT_KEY", "/keys/k3Xp9vb2QwZ", TSR_VARIABLE_NONE },
		{ "JWT_KEY", "application-key", TSR_VARIABLE_NONE },
		{ "JWT_KEY", "k3Xp9", TSR_VARIABLE_NONE },
		{ "JWT_KEY_FILE", "k3Xp9-vb2QwZ", TSR_VARIABLE_NONE },
		{ "SSH_HOST_KEY", "k3Xp9-vb2QwZ", TSR_VARIABLE_NONE },
		{ "CACHE_KEY", "k3Xp9-vb2QwZ", TSR_VARIABLE_NONE },
		{ "SIGN_KEY", "7169605F62C751356D054A26A821E680E5FA6305", TSR_VARIABLE_NONE },
		{ "GPG_KEYS", "7169605F62C751356D054A26A821E680E5FA6305 A035C8C19219BA821ECEA86B64E628F8D684696D", TSR_VARIABLE_NONE },
		{ "MONKEY", "k3Xp9-vb2QwZ", TSR_VARIABLE_NONE },
		{ "PGP_KEY_ID", "0x0A9AF2115F4687BD29803A206B73A36E6026DFCA", TSR_VARIABLE_NONE },
		{ "KEYBOARD", "k3Xp9-vb2QwZ", TSR_VARIABLE_NONE },
		{ "ACCESS_LOG", "k3Xp9-vb2QwZ", TSR_VARIABLE_NONE },
		{ "", "tiger7", TSR_VARIABLE_NONE },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++)
		cr_expect_eq(tsr_variable_judge(tsr_slice_str(cases[i].name), tsr_slice_str(cases[i].value)), cases[i].kind, "%s=%s",
			     cases[i].name, cases[i].value);
}

static struct tsr_slices words(struct tsr_slice *list, const char *text)
{
	struct tsr_slice rest = tsr_slice_str(text), one;
	size_t n = 0;

	while (n < 8 && tsr_slice_next(&rest, ',', &one))
		list[n++] = one;
	return (struct tsr_slices){ list, n };
}

Test(run_config, launches_are_read_past_inits_and_shells)
{
	static const struct {
		const char *words;
		bool shell;
		const char *server;
	} cases[] = {
		{ "/bin/sh,-c,python app.py", true, NULL },
		{ "/bin/bash,-o,pipefail,-c,a | b", true, NULL },
		{ "tini,--,sh,-ec,a", true, NULL },
		{ "sh,-c,set -e; migrate && exec app", false, NULL },
		{ "sh,start.sh", false, NULL },
		{ "bash", false, NULL },
		{ "python,-c,import x", false, NULL },
		{ "uvicorn,app:app", false, "uvicorn" },
		{ "/v/bin/uvicorn,app:app,--timeout-graceful-shutdown,5", false, NULL },
		{ "python,-m,uvicorn,app:app", false, "uvicorn" },
		{ "/entry.sh,gunicorn,app:app", false, "gunicorn" },
		{ "gunicorn,-c,conf.py,app:app", false, NULL },
		{ "gunicorn,--graceful-timeout=9,app:app", false, NULL },
		{ "gunicorn,--graceful-timeout=9,gunicorn", false, NULL }, /* a module of that name */
		{ "sh,-c,a; exec uvicorn app:app --port $PORT", false, "uvicorn" },
		{ "", false, NULL },
	};
	static const struct tsr_config empty = { .n_history = 0 };

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_slice list[8];
		struct tsr_slices w = words(list, cases[i].words);
		const char *server = tsr_launch_ungraceful(&empty, w, &arena);

		cr_expect_eq(tsr_launch_by_shell(w, &arena), cases[i].shell, "%s", cases[i].words);
		cr_expect(!server == !cases[i].server && (!server || !strcmp(server, cases[i].server)), "%s: %s", cases[i].words,
			  server ? server : "");
		tsr_arena_release(&arena);
	}
}

/* What JSON may hold: as words of one server they are looked through once. */
Test(run_config, many_words_cost_no_square, .timeout = 20)
{
	static struct tsr_slice list[250000];
	const struct tsr_slices w = { list, TSR_ARRAY_LEN(list) };
	static const struct tsr_config empty = { .n_history = 0 };
	struct tsr_arena arena = TSR_ARENA_INIT;

	for (size_t i = 0; i < w.n; i++)
		list[i] = TSR_SLICE("gunicorn");
	list[w.n - 1] = TSR_SLICE("--config=x");
	cr_expect_null(tsr_launch_ungraceful(&empty, w, &arena));
	tsr_arena_release(&arena);
}

Test(run_config, only_latest_is_latest)
{
	cr_expect(tsr_name_is_latest(TSR_SLICE("app:latest")));
	cr_expect(tsr_name_is_latest(TSR_SLICE("localhost:5000/a/app:latest@sha256:00")));
	cr_expect_not(tsr_name_is_latest(TSR_SLICE("app:1-latest-2")));
	cr_expect_not(tsr_name_is_latest(TSR_SLICE("latest/app:1")));
	cr_expect_not(tsr_name_is_latest(TSR_SLICE("")));
}
