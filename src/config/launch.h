/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_LAUNCH_H
#define TSR_CONFIG_LAUNCH_H

#include "base/arena.h"
#include "image/image.h"

/* What a container is started with: ENTRYPOINT and CMD in one, as the runtime joins them. */
struct tsr_slices tsr_launch_words(const struct tsr_config *config, struct tsr_arena *arena);

/* Is process 1 a shell that does not give way to the program (`sh -c "exec …"`)? */
bool tsr_launch_by_shell(struct tsr_slices words, struct tsr_arena *arena);

/* "uvicorn" or "gunicorn", if it is started without a limit for its graceful shutdown; else NULL. */
const char *tsr_launch_ungraceful(const struct tsr_config *config, struct tsr_slices words, struct tsr_arena *arena);

/* The port of the first address of this host (localhost, 127.0.0.1, [::1], 0.0.0.0) in a text: of a URL, HOST:PORT, HOST PORT; 0 if there is none. */
unsigned tsr_launch_local_port(struct tsr_slice text);

#endif
