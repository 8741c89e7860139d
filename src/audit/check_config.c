/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "base/buf.h"
#include "base/mem.h"
#include "config/history.h"
#include "config/label.h"
#include "config/run_config.h"

/* RFC 6901: the pointer to a key of a map. */
static const char *pointer_to(struct tsr_image_fold *x, const char *map, struct tsr_slice key)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_maker *m = &x->f->maker;

	tsr_buf_adds(&b, map);
	tsr_buf_addc(&b, '/');
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~' || key.ptr[i] == '/')
			tsr_buf_adds(&b, key.ptr[i] == '~' ? "~0" : "~1");
		else
			tsr_buf_addc(&b, key.ptr[i]);
	}
	return tsr_mask_text(m->scanner, m->arena, tsr_buf_slice(&b), TSR_MASK_TEXT).ptr;
}

static void check_ports(struct tsr_image_fold *x)
{
	struct tsr_slices ports = x->image->config->exposed_ports;
	size_t ssh = tsr_ports_find(ports, 22, 22), low = 0;

	if (ssh < ports.n)
		tsr_image_emit_config(x, TSR_BUILTIN_PORT_SSH, "Port 22 is exposed: a container is no place to log in to",
				      pointer_to(x, "/config/ExposedPorts", ports.at[ssh]));
	while (low < ports.n && (low == ssh || tsr_ports_find((struct tsr_slices){ ports.at + low, 1 }, 1, 1023)))
		low++;
	if (low < ports.n)
		tsr_image_emit_config(x, TSR_BUILTIN_PORT_PRIVILEGED, "A port below 1024 is exposed",
				      pointer_to(x, "/config/ExposedPorts", ports.at[low]));
}

static void check_port_forms(struct tsr_image_fold *x)
{
	struct tsr_slices ports = x->image->config->exposed_ports;
	size_t odd = tsr_ports_invalid(ports);

	if (odd < ports.n)
		tsr_image_emit_config(x, TSR_BUILTIN_PORT_INVALID, "What is exposed is no port: those are 1 to 65535",
				      pointer_to(x, "/config/ExposedPorts", ports.at[odd]));
}

static void check_volumes(struct tsr_image_fold *x)
{
	struct tsr_slices volumes = x->image->config->volumes;

	for (size_t i = 0; i < volumes.n; i++) {
		if (!tsr_volume_is_sensitive(volumes.at[i]))
			continue;
		tsr_image_emit_config(x, TSR_BUILTIN_VOLUME_SENSITIVE,
				      "A volume is declared over a directory that the system or the host needs",
				      pointer_to(x, "/config/Volumes", volumes.at[i]));
		return;
	}
}

static bool has_label(const struct tsr_config *c, const char *name)
{
	for (size_t i = 0; i < c->n_labels; i++)
		if (tsr_slice_eq_str(c->labels[i].name, name) && c->labels[i].value.len)
			return true;
	return false;
}

static void check_labels(struct tsr_image_fold *x)
{
	static const char *const wanted[] = { "source", "revision", "version" };
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	char name[64] = "org.opencontainers.image.";
	size_t prefix = strlen(name);

	for (size_t i = 0; i < TSR_ARRAY_LEN(wanted); i++) {
		memcpy(name + prefix, wanted[i], strlen(wanted[i]) + 1);
		if (!has_label(x->image->config, name))
			tsr_buf_printf(&b, "%s%s", b.len ? ", " : "", name);
	}
	if (b.len)
		tsr_image_emit_config(x, TSR_BUILTIN_LABEL_MISSING,
				      tsr_arena_printf(&x->f->run->arena, "The image says nothing of its origin: no label %.*s",
						       TSR_SLICE_ARG(tsr_buf_slice(&b))),
				      "/config/Labels");
}

static void check_label_forms(struct tsr_image_fold *x)
{
	const struct tsr_config *c = x->image->config;
	struct tsr_maker *m = &x->f->maker;

	for (size_t i = 0; i < c->n_labels; i++) {
		const char *fault = tsr_label_fault(c->labels[i].name, c->labels[i].value);

		if (!fault)
			continue;
		tsr_image_emit_config(x, TSR_BUILTIN_LABEL_INVALID,
				      tsr_arena_printf(m->arena, "The label `%s` %s",
						       tsr_mask_text(m->scanner, m->arena, c->labels[i].name, TSR_MASK_TEXT).ptr, fault),
				      pointer_to(x, "/config/Labels", c->labels[i].name));
		return;
	}
}

/* Variables of the container with which clients take any certificate. */
static void check_verification(struct tsr_image_fold *x)
{
	const struct tsr_config *c = x->image->config;
	struct tsr_maker *m = &x->f->maker;

	for (size_t i = 0; i < c->env.n; i++) {
		struct tsr_slice s = c->env.at[i], name = tsr_slice_sub(s, 0, tsr_slice_find(s, '=', 0));

		if (!tsr_history_unverified(name, tsr_slice_sub(s, name.len + 1, s.len)))
			continue;
		tsr_image_emit_config(x, TSR_BUILTIN_TLS_UNVERIFIED,
				      tsr_arena_printf(m->arena, "The variable `%s` switches the verification of servers off",
						       tsr_mask_text(m->scanner, m->arena, name, TSR_MASK_TEXT).ptr),
				      tsr_arena_printf(m->arena, "/config/Env/%zu", i));
	}
}

/* Values that need no more than the config: config/… */
void tsr_image_check_config(struct tsr_image_fold *x)
{
	const struct tsr_config *c = x->image->config;
	const char *fault;

	for (size_t i = 0; i < x->image->n_names; i++)
		if (tsr_name_is_latest(x->image->names[i])) {
			tsr_image_emit_config(x, TSR_BUILTIN_LATEST_TAG, "The image is named by the tag `latest`", "");
			break;
		}
	if (!c)
		return;
	check_ports(x);
	check_volumes(x);
	check_labels(x);
	check_label_forms(x);
	check_port_forms(x);
	check_verification(x);
	fault = tsr_stop_signal_fault(c->stop_signal);
	if (fault)
		tsr_image_emit_config(x, TSR_BUILTIN_STOP_SIGNAL, fault, "/config/StopSignal");
	if (c->working_dir.len && c->working_dir.ptr[0] != '/' && !tsr_slice_eq_str(c->os, "windows"))
		tsr_image_emit_config(x, TSR_BUILTIN_WORKDIR_RELATIVE, "The working directory is not absolute", "/config/WorkingDir");
	if (tsr_workdir_is_system(c->working_dir))
		tsr_image_emit_config(x, TSR_BUILTIN_WORKDIR_SYSTEM, "The working directory is in one that the kernel fills (/proc, /sys, /dev)",
				      "/config/WorkingDir");
	if (c->on_build.n)
		tsr_image_emit_config(x, TSR_BUILTIN_ONBUILD, "Instructions are run in every build that takes this image for its base",
				      "/config/OnBuild");
}
