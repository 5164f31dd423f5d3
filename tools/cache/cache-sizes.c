// SPDX-License-Identifier: GPL-2.0-only
#include "cache-sizes.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

/**
 * struct measure - what sizes are in
 * @block: bytes of a block
 * @footprint: blocks
 */
struct measure {
	uint64_t block, footprint;
};

void cache_sizes_free(struct cache_sizes *sizes)
{
	free(sizes->blocks);
	memset(sizes, 0, sizeof(*sizes));
}

static int no_size(const char *text, struct hf_error *err)
{
	return hf_fail(err, EINVAL,
		       "%s is no cache size: a number of blocks (1000), of bytes with a unit (64m), or a percentage of the footprint (5%%)",
		       text);
}

/* A size in blocks, not rounded. */
static int parse_size(const char *text, const struct measure *m, double *size,
		      struct hf_error *err)
{
	size_t len = strlen(text);
	uint64_t value;
	char *end;

	if (len && text[len - 1] == '%' && isdigit((unsigned char)*text)) {
		*size = strtod(text, &end) / 100 * (double)m->footprint;
		if (end != text + len - 1)
			return no_size(text, err);
		/* What is no more than an error of rounding is none. */
		*size = ceil(*size - 1e-9 * *size);
		return 0;
	}
	if (hf_parse_size(text, &value))
		return no_size(text, err);
	*size = (double)value;
	if (!isdigit((unsigned char)text[len - 1]))
		*size = floor(*size / (double)m->block);
	return 0;
}

static int append(struct cache_sizes *sizes, double size, struct hf_error *err)
{
	uint64_t *new;

	if (size < 0.5)
		return 0;
	if (sizes->count == CACHE_SIZES_MOST)
		return hf_fail(err, EINVAL, "more than %u cache sizes",
			       CACHE_SIZES_MOST);
	new = realloc(sizes->blocks, (sizes->count + 1) * sizeof(*new));
	if (!new)
		return hf_fail(err, ENOMEM, "no memory for cache sizes");
	sizes->blocks = new;
	new[sizes->count++] = size < 1e18 ? (uint64_t)llround(size) :
					    (uint64_t)1e18;
	return 0;
}

/* "FROM..TO/N" or "FROM..TO*N": @to points at TO. */
static int parse_range(struct cache_sizes *sizes, const char *from, char *to,
		       const struct measure *m, struct hf_error *err)
{
	char *how = strpbrk(to, "/*"), kind = how ? *how : 0;
	double first, last, share;
	uint64_t n;
	int ret;

	if (!how)
		return hf_fail(err, EINVAL, "%s..%s: say how many sizes, as in 1%%..100%%/100",
			       from, to);
	*how = '\0';
	if (hf_parse_u64(how + 1, &n) || n < 2 || n > CACHE_SIZES_MOST)
		return hf_fail(err, EINVAL, "%s is not a number of sizes from 2 to %u",
			       how + 1, CACHE_SIZES_MOST);
	ret = parse_size(from, m, &first, err);
	if (!ret)
		ret = parse_size(to, m, &last, err);
	if (!ret && (last < first || (kind == '*' && first < 1)))
		return hf_fail(err, EINVAL, "%s..%s is no range of cache sizes",
			       from, to);
	for (uint64_t i = 0; !ret && i < n; i++) {
		share = (double)i / (double)(n - 1);
		ret = append(sizes, kind == '/' ? first + (last - first) * share :
			     first * pow(last / first, share), err);
	}
	return ret;
}

static int parse_word(struct cache_sizes *sizes, char *word,
		      const struct measure *m, struct hf_error *err)
{
	char *dots = strstr(word, "..");
	double size;
	int ret;

	if (dots) {
		*dots = '\0';
		return parse_range(sizes, word, dots + 2, m, err);
	}
	ret = parse_size(word, m, &size, err);
	return ret ? ret : append(sizes, size, err);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort(struct cache_sizes *sizes)
{
	unsigned int n = 0;

	qsort(sizes->blocks, sizes->count, sizeof(*sizes->blocks), by_size);
	for (unsigned int i = 0; i < sizes->count; i++)
		if (!n || sizes->blocks[i] != sizes->blocks[n - 1])
			sizes->blocks[n++] = sizes->blocks[i];
	sizes->count = n;
}

int cache_sizes_parse(struct cache_sizes *sizes, const char *text,
		      uint64_t block, uint64_t footprint, struct hf_error *err)
{
	const struct measure m = { block, footprint };
	char *copy = strdup(text), *rest = copy, *word;
	int ret = copy ? 0 : hf_fail(err, ENOMEM, "no memory for cache sizes");

	memset(sizes, 0, sizeof(*sizes));
	while (!ret && (word = strsep(&rest, ",")))
		ret = parse_word(sizes, word, &m, err);
	free(copy);
	if (ret)
		return ret;
	if (!sizes->count)
		return hf_fail(err, EINVAL, "%s: no cache size of a block or more",
			       text);
	sort(sizes);
	return 0;
}
