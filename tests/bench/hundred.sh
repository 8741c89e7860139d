#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A hundred rules as catalogues have them, on standard output: sixty keys that stand behind a vendor's
# name in any case, forty tokens with a prefix; names made of syllables.
awk 'BEGIN {
	split("bra cor dex fin gal hub jet kan lum mor nex or pul quo rix sta tel vo wex zen", s, " ")
	for (i = 0; i < 100; i++) {
		name = s[i % 20 + 1] s[int(i * 7 / 20 + i) % 20 + 1] s[(i * 3 + 5) % 20 + 1]
		printf "- id: bench/%s-%d\n  title: T\n  severity: high\n  description: D\n  remediation: R\n", name, i
		print "  kind: content\n  encode: [utf16]\n  right: token\n  min-entropy: 3\n  references: [\"https://example.com/\"]"
		if (i % 5 < 3) {
			printf "  literals: [{ text: %s, nocase: true }]\n  scope: { text: true }\n", name
			printf "  pattern: \047(?i:%s[\\w .-]{0,24}?(?:key|token|secret))[\"\\s:=>]{1,8}(?<secret>[0-9a-f]{32})\047\n", name
			printf "  examples: [\047{\"%s\"}_api_key={hex:32}\047]\n", name
		} else {
			prefix = substr(name, 1, 4) (i % 2 ? "_" : "-")
			printf "  literals: [\047%s\047]\n  left: token\n  pattern: \047(?<secret>%s[0-9A-Za-z]{32})\047\n", prefix, prefix
			printf "  examples: [\047x={\"%s\"}{base62:32}\047]\n", prefix
		}
	}
}'
