/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_XML_OUT_H
#define TSR_REPORT_XML_OUT_H

#include "base/buf.h"

/*
 * Text for XML 1.0, which cannot hold every character, not even as a reference
 * (2.2, Char): what it forbids, and bytes that are not UTF-8, become \xNN. Attributes keep
 * line ends and tabs as references; "]]>" never stands in text.
 */
void tsr_xml_add_text(struct tsr_buf *out, const char *s);
void tsr_xml_add_attribute(struct tsr_buf *out, const char *name, const char *value); /* ` name="value"` */

#endif
