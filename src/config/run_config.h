/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_RUN_CONFIG_H
#define TSR_CONFIG_RUN_CONFIG_H

#include "image/image.h"

/* Single values of a config, judged without the image's files. */

/* NULL if the stop signal is one that a program can act upon; else what is wrong with it. "" is SIGTERM. */
const char *tsr_stop_signal_fault(struct tsr_slice signal);

/* A volume over a directory that the system or the container's host needs, or over a runtime's socket. */
bool tsr_volume_is_sensitive(struct tsr_slice path);

/* The first of a list of "22/tcp", "2000-2100" that has a port of [low, high] other than 0; n if none. */
size_t tsr_ports_find(struct tsr_slices ports, unsigned low, unsigned high);

/* Of two such texts: are all ports of the one among those of the other; have they one in common? No protocol is tcp. */
bool tsr_port_within(struct tsr_slice inner, struct tsr_slice outer);
bool tsr_port_meets(struct tsr_slice a, struct tsr_slice b);

/* The first that is no port or range of ports: "70000/tcp", "http", "90-80"; n if none. */
size_t tsr_ports_invalid(struct tsr_slices ports);

/* Below /proc, /sys or /dev: what the container's runtime mounts over. */
bool tsr_workdir_is_system(struct tsr_slice path);

/* Does a name of an image say that it is whatever came last ("app:latest")? A name without a tag is none from an archive. */
bool tsr_name_is_latest(struct tsr_slice name);

/*
 * A variable by whose name a secret stands in the image. VALUE: it can be one by its form;
 * WEAK: a plain word, or a name that says it less clearly (JWT_KEY) with a value that a machine made; NONE: a name that says no such thing, or no value (empty, a path, a placeholder).
 */
enum tsr_variable_kind { TSR_VARIABLE_NONE = 0, TSR_VARIABLE_WEAK, TSR_VARIABLE_VALUE };
enum tsr_variable_kind tsr_variable_judge(struct tsr_slice name, struct tsr_slice value);

#endif
