// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt_json - reads filters in JSON: what bpfc -f json writes, or a bare array whose elements
 * are objects of code, jt, jf, k or arrays of these four. */
#include "cbpf/progfmt_priv.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static void json_decref_p(json_t **j)
{
	json_decref(*j);
}

bool progfmt_looks_json(const char *text, size_t n_bytes)
{
	size_t i = 1;

	if (n_bytes == 0 || (text[0] != '{' && text[0] != '['))
		return false;
	while (i < n_bytes && strchr(" \t\r\n", text[i]))
		i++;
	return i < n_bytes && (text[i] == '"' || (text[0] == '[' && strchr("{[", text[i])));
}

static int member(const json_t *v, unsigned int i, const char *key, json_int_t max,
		  const char *name, json_int_t *ret, struct err *e)
{
	if (!v)
		return err_set(e, EINVAL, "%s: instruction %u has no '%s'", name, i, key);
	if (!json_is_integer(v))
		return err_set(e, EINVAL, "%s: instruction %u: '%s' is no whole number", name, i,
			       key);
	*ret = json_integer_value(v);
	if (*ret < 0 || *ret > max)
		return err_set(e, EINVAL, "%s: instruction %u: '%s' is not between 0 and %lld",
			       name, i, key, (long long)max);
	return 0;
}

static int instruction(const json_t *j, unsigned int i, const char *name, struct sock_filter *ret,
		       struct err *e)
{
	static const struct {
		const char *key;
		json_int_t max;
	} keys[] = { { "code", UINT16_MAX },
		     { "jt", UINT8_MAX },
		     { "jf", UINT8_MAX },
		     { "k", UINT32_MAX } };
	json_int_t v[ARRAY_SIZE(keys)];
	int rc;

	if (!json_is_object(j) && !json_is_array(j))
		return err_set(e, EINVAL, "%s: instruction %u is neither an object nor an array",
			       name, i);
	for (unsigned int m = 0; m < ARRAY_SIZE(keys); m++) {
		const json_t *value =
			json_is_object(j) ? json_object_get(j, keys[m].key) : json_array_get(j, m);

		rc = member(value, i, keys[m].key, keys[m].max, name, &v[m], e);
		if (rc)
			return rc;
	}
	*ret = (struct sock_filter){ .code = v[0], .jt = v[1], .jf = v[2], .k = v[3] };
	return 0;
}

int progfmt_read_json(const char *text, size_t n_bytes, const char *name, struct asm_prog *ret,
		      struct err *e)
{
	json_error_t where;
	AUTO(json_decref_p) json_t *root = json_loadb(text, n_bytes, 0, &where);
	const json_t *list = root;
	int rc;

	if (!root)
		return err_set(e, EINVAL, "%s:%d:%d: no JSON: %.100s", name, where.line,
			       where.column, where.text);
	if (json_is_object(root))
		list = json_object_get(root, "instructions");
	if (!json_is_array(list))
		return err_set(e, EINVAL, "%s: this JSON has no array 'instructions'", name);
	rc = progfmt_begin(ret, name, MIN(json_array_size(list), (size_t)UINT16_MAX), e);
	for (unsigned int i = 0; rc == 0 && i < ret->prog.len; i++)
		rc = instruction(json_array_get(list, i), i, name, &ret->prog.filter[i], e);
	return rc;
}
