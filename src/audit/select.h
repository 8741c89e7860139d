/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_SELECT_H
#define TSR_AUDIT_SELECT_H

#include "audit/audit.h"
#include "image/image.h"

/* Do --ref and --platform let this image into the report? No option given: yes. */
bool tsr_image_selected(const struct tsr_audit_options *o, const struct tsr_image *image);

#endif
