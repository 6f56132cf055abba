// SPDX-License-Identifier: GPL-2.0-or-later
/* tls_names - what the numbers in TLS hellos are called, from the IANA registries of TLS; for
 * tls.c alone. Values of the form 0x?a?a are there to be ignored (RFC 8701). */
#ifndef PROTO_TLS_NAMES_H
#define PROTO_TLS_NAMES_H

#include "proto/proto.h"

#define GREASE                                                                                     \
	{ 0x0a0a, "grease" }, { 0x1a1a, "grease" }, { 0x2a2a, "grease" }, { 0x3a3a, "grease" },    \
	{ 0x4a4a, "grease" }, { 0x5a5a, "grease" }, { 0x6a6a, "grease" }, { 0x7a7a, "grease" },    \
	{ 0x8a8a, "grease" }, { 0x9a9a, "grease" }, { 0xaaaa, "grease" }, { 0xbaba, "grease" },    \
	{ 0xcaca, "grease" }, { 0xdada, "grease" }, { 0xeaea, "grease" }, { 0xfafa, "grease" },    \
	{ 0, NULL }

static const struct value_name tls_versions[] = {
	{ 0x0300, "ssl-3.0" }, { 0x0301, "tls-1.0" }, { 0x0302, "tls-1.1" }, { 0x0303, "tls-1.2" },
	{ 0x0304, "tls-1.3" }, GREASE,
};

static const struct value_name tls_ciphers[] = {
	{ 0x0004, "rsa-rc4-128-md5" }, { 0x0005, "rsa-rc4-128-sha" },
	{ 0x000a, "rsa-3des-cbc-sha" }, { 0x0016, "dhe-rsa-3des-cbc-sha" },
	{ 0x002f, "rsa-aes128-cbc-sha" }, { 0x0032, "dhe-dss-aes128-cbc-sha" },
	{ 0x0033, "dhe-rsa-aes128-cbc-sha" }, { 0x0035, "rsa-aes256-cbc-sha" },
	{ 0x0038, "dhe-dss-aes256-cbc-sha" }, { 0x0039, "dhe-rsa-aes256-cbc-sha" },
	{ 0x003c, "rsa-aes128-cbc-sha256" }, { 0x003d, "rsa-aes256-cbc-sha256" },
	{ 0x0041, "rsa-camellia128-cbc-sha" }, { 0x0067, "dhe-rsa-aes128-cbc-sha256" },
	{ 0x006b, "dhe-rsa-aes256-cbc-sha256" }, { 0x0084, "rsa-camellia256-cbc-sha" },
	{ 0x009c, "rsa-aes128-gcm" }, { 0x009d, "rsa-aes256-gcm" },
	{ 0x009e, "dhe-rsa-aes128-gcm" }, { 0x009f, "dhe-rsa-aes256-gcm" },
	{ 0x00a8, "psk-aes128-gcm" }, { 0x00a9, "psk-aes256-gcm" },
	{ 0x00ff, "renegotiation-signal" }, { 0x1301, "aes128-gcm" }, { 0x1302, "aes256-gcm" },
	{ 0x1303, "chacha20-poly1305" }, { 0x1304, "aes128-ccm" }, { 0x1305, "aes128-ccm-8" },
	{ 0x5600, "fallback-signal" }, { 0xc008, "ecdhe-ecdsa-3des-cbc-sha" },
	{ 0xc009, "ecdhe-ecdsa-aes128-cbc-sha" }, { 0xc00a, "ecdhe-ecdsa-aes256-cbc-sha" },
	{ 0xc011, "ecdhe-rsa-rc4-128-sha" }, { 0xc012, "ecdhe-rsa-3des-cbc-sha" },
	{ 0xc013, "ecdhe-rsa-aes128-cbc-sha" }, { 0xc014, "ecdhe-rsa-aes256-cbc-sha" },
	{ 0xc023, "ecdhe-ecdsa-aes128-cbc-sha256" }, { 0xc024, "ecdhe-ecdsa-aes256-cbc-sha384" },
	{ 0xc027, "ecdhe-rsa-aes128-cbc-sha256" }, { 0xc028, "ecdhe-rsa-aes256-cbc-sha384" },
	{ 0xc02b, "ecdhe-ecdsa-aes128-gcm" }, { 0xc02c, "ecdhe-ecdsa-aes256-gcm" },
	{ 0xc02f, "ecdhe-rsa-aes128-gcm" }, { 0xc030, "ecdhe-rsa-aes256-gcm" },
	{ 0xc09c, "rsa-aes128-ccm" }, { 0xc09d, "rsa-aes256-ccm" },
	{ 0xc0ac, "ecdhe-ecdsa-aes128-ccm" }, { 0xc0ad, "ecdhe-ecdsa-aes256-ccm" },
	{ 0xcca8, "ecdhe-rsa-chacha20-poly1305" }, { 0xcca9, "ecdhe-ecdsa-chacha20-poly1305" },
	{ 0xccaa, "dhe-rsa-chacha20-poly1305" }, { 0xccab, "psk-chacha20-poly1305" },
	{ 0xccac, "ecdhe-psk-chacha20-poly1305" }, GREASE,
};

static const struct value_name tls_extensions[] = {
	{ 0, "server-name" }, { 1, "max-fragment-length" }, { 4, "truncated-hmac" },
	{ 5, "status-request" }, { 10, "groups" }, { 11, "point-formats" }, { 12, "srp" },
	{ 13, "signature-algorithms" }, { 14, "srtp" }, { 15, "heartbeat" }, { 16, "alpn" },
	{ 17, "status-request-2" }, { 18, "certificate-timestamp" },
	{ 19, "client-certificate-type" }, { 20, "server-certificate-type" }, { 21, "padding" },
	{ 22, "encrypt-then-mac" }, { 23, "extended-master-secret" }, { 24, "token-binding" },
	{ 27, "compress-certificate" }, { 28, "record-size-limit" },
	{ 34, "delegated-credential" }, { 35, "session-ticket" }, { 41, "pre-shared-key" },
	{ 42, "early-data" }, { 43, "versions" }, { 44, "cookie" }, { 45, "psk-modes" },
	{ 47, "certificate-authorities" }, { 48, "oid-filters" },
	{ 49, "post-handshake-auth" }, { 50, "signature-algorithms-cert" }, { 51, "key-share" },
	{ 57, "quic-parameters" }, { 13172, "next-protocol" }, { 17513, "application-settings" },
	{ 17613, "application-settings-2" }, { 0xfd00, "ech-outer" },
	{ 0xfe0d, "encrypted-client-hello" }, { 0xff01, "renegotiation" }, GREASE,
};

static const struct value_name tls_groups[] = {
	{ 19, "secp192r1" }, { 21, "secp224r1" }, { 22, "secp256k1" }, { 23, "secp256r1" },
	{ 24, "secp384r1" }, { 25, "secp521r1" }, { 26, "brainpoolP256r1" },
	{ 27, "brainpoolP384r1" }, { 28, "brainpoolP512r1" }, { 29, "x25519" }, { 30, "x448" },
	{ 31, "brainpoolP256r1tls13" }, { 32, "brainpoolP384r1tls13" },
	{ 33, "brainpoolP512r1tls13" }, { 256, "ffdhe2048" }, { 257, "ffdhe3072" },
	{ 258, "ffdhe4096" }, { 259, "ffdhe6144" }, { 260, "ffdhe8192" }, { 512, "mlkem512" },
	{ 513, "mlkem768" }, { 514, "mlkem1024" }, { 4587, "secp256r1mlkem768" },
	{ 4588, "x25519mlkem768" }, { 4589, "secp384r1mlkem1024" }, { 25497, "x25519kyber768" },
	GREASE,
};

static const struct value_name tls_signatures[] = {
	{ 0x0201, "rsa-sha1" }, { 0x0202, "dsa-sha1" }, { 0x0203, "ecdsa-sha1" },
	{ 0x0301, "rsa-sha224" }, { 0x0303, "ecdsa-sha224" }, { 0x0401, "rsa-sha256" },
	{ 0x0402, "dsa-sha256" }, { 0x0403, "ecdsa-p256-sha256" }, { 0x0501, "rsa-sha384" },
	{ 0x0503, "ecdsa-p384-sha384" }, { 0x0601, "rsa-sha512" }, { 0x0603, "ecdsa-p521-sha512" },
	{ 0x0804, "rsa-pss-sha256" }, { 0x0805, "rsa-pss-sha384" }, { 0x0806, "rsa-pss-sha512" },
	{ 0x0807, "ed25519" }, { 0x0808, "ed448" }, { 0x0809, "rsa-pss-pss-sha256" },
	{ 0x080a, "rsa-pss-pss-sha384" }, { 0x080b, "rsa-pss-pss-sha512" },
	{ 0x0904, "mldsa44" }, { 0x0905, "mldsa65" }, { 0x0906, "mldsa87" }, GREASE,
};

static const struct value_name tls_alerts[] = {
	{ 0, "close-notify" }, { 10, "unexpected-message" }, { 20, "bad-record-mac" },
	{ 21, "decryption-failed" }, { 22, "record-overflow" }, { 30, "decompression-failure" },
	{ 40, "handshake-failure" }, { 41, "no-certificate" }, { 42, "bad-certificate" },
	{ 43, "unsupported-certificate" }, { 44, "certificate-revoked" },
	{ 45, "certificate-expired" }, { 46, "certificate-unknown" }, { 47, "illegal-parameter" },
	{ 48, "unknown-ca" }, { 49, "access-denied" }, { 50, "decode-error" },
	{ 51, "decrypt-error" }, { 60, "export-restriction" }, { 70, "protocol-version" },
	{ 71, "insufficient-security" }, { 80, "internal-error" },
	{ 86, "inappropriate-fallback" }, { 90, "user-cancelled" }, { 100, "no-renegotiation" },
	{ 109, "missing-extension" }, { 110, "unsupported-extension" },
	{ 112, "unrecognised-name" }, { 113, "bad-certificate-status" },
	{ 115, "unknown-psk-identity" }, { 116, "certificate-required" },
	{ 120, "no-application-protocol" }, { 121, "ech-required" }, { 0, NULL },
};

#endif
