// SPDX-License-Identifier: GPL-2.0-only
#include "blockmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Cells behind the last place, for what overflows there. */
#define TAIL		1024
#define FIRST_PLACES	4096
#define HUGE_PAGE	(2ULL << 20)
/*
 * At most 22 of 25 places are in use; then there are 4.5 % more: a block takes
 * 20 / 0.88 * 1.045 = 23.75 bytes at most.
 */
#define most_of(places)	((places) / 25 * 22)
#define more_than(places) ((places) + (places) / 200 * 9)

static uint64_t bytes_of(uint64_t places)
{
	return (places + TAIL) * sizeof(struct block_cell);
}

static uint64_t whole_pages(uint64_t bytes)
{
	return (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

/* The reserve begins with a huge page and is used by whole ones. */
static int take_places(struct blockmap *m, uint64_t places)
{
	uint64_t bytes = whole_pages(bytes_of(places));

	if (bytes > m->reserved ||
	    mprotect(m->cells, bytes, PROT_READ | PROT_WRITE))
		return -ENOMEM;
	m->places = places;
	m->room = places + TAIL;
	return 0;
}

/* What the memory of @most blocks and of one growth more comes to. */
static uint64_t reserve_for(uint64_t most, uint64_t max_bytes)
{
	uint64_t bytes = bytes_of(FIRST_PLACES + more_than(most) / 22 * 25 +
				  most / 8);

	if (max_bytes && max_bytes < bytes)
		bytes = max_bytes;
	if (bytes < bytes_of(FIRST_PLACES))
		bytes = bytes_of(FIRST_PLACES);
	return whole_pages(bytes);
}

/* Address space is reserved with no right to use it, which costs nothing. */
int blockmap_init(struct blockmap *m, uint64_t most, uint64_t max_bytes)
{
	memset(m, 0, sizeof(*m));
	m->max_bytes = max_bytes;
	m->reserved = reserve_for(most, max_bytes);
	m->reserve = mmap(NULL, m->reserved + HUGE_PAGE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (m->reserve == MAP_FAILED) {
		m->reserve = NULL;
		return -ENOMEM;
	}
	m->cells = (void *)whole_pages((uintptr_t)m->reserve);
	/* Fewer misses of the TLB; that it fails is no harm. */
	madvise(m->cells, m->reserved, MADV_HUGEPAGE);
	return take_places(m, FIRST_PLACES);
}

void blockmap_free(struct blockmap *m)
{
	if (m->reserve)
		munmap(m->reserve, m->reserved + HUGE_PAGE);
	free(m->extra);
	memset(m, 0, sizeof(*m));
}

uint64_t blockmap_bytes(const struct blockmap *m)
{
	return bytes_of(m->places) + m->nextra * sizeof(*m->extra);
}

/* The factor that undoes an odd one, by Newton's iteration. */
static uint64_t inverse(uint64_t odd)
{
	uint64_t x = odd;

	for (int i = 0; i < 6; i++)
		x *= 2 - odd * x;
	return x;
}

uint64_t blockmap_block(uint64_t hash)
{
	const uint64_t mask = (1ULL << BLOCKMAP_BITS) - 1;
	uint64_t h = hash ^ hash >> 24;

	h = h * inverse(0xc4ceb9fe1a85ec53ULL) & mask;
	h ^= h >> 24;
	h = h * inverse(0xff51afd7ed558ccdULL) & mask;
	return h ^ h >> 24;
}

static int is_empty(const struct block_cell *c)
{
	return !c->w[4];
}

/* Moves all cells to the end of the array, without gaps. */
static void gather(struct blockmap *m, uint64_t old_room)
{
	uint64_t to = m->room;

	for (uint64_t i = old_room; i--;)
		if (!is_empty(&m->cells[i]))
			m->cells[--to] = m->cells[i];
}

static void clear(struct blockmap *m, uint64_t from, uint64_t to)
{
	memset(&m->cells[from], 0, (to - from) * sizeof(*m->cells));
}

/* Moves each cell from the end to its place, or behind the one before. */
static int spread(struct blockmap *m)
{
	uint64_t next = 0;

	for (uint64_t i = m->room - m->count; i < m->room; i++) {
		const struct block_cell cell = m->cells[i];
		uint64_t place = blockmap_place(m, cell_hash(&cell));

		if (place < next)
			place = next;
		/* More overflow than fits behind the last place. */
		if (place > i)
			return -ENOMEM;
		clear(m, next, place);
		m->cells[place] = cell;
		next = place + 1;
	}
	clear(m, next, m->room);
	return 0;
}

static int grow(struct blockmap *m)
{
	uint64_t room = m->room;

	if (take_places(m, more_than(m->places)))
		return -ENOMEM;
	gather(m, room);
	return spread(m);
}

/* Forgets the blocks that are in the upper half of the hashes. */
static int halve(struct blockmap *m)
{
	m->halvings++;
	for (uint64_t i = m->room; i--;) {
		if (is_empty(&m->cells[i]))
			continue;
		if (blockmap_sampled(m, cell_hash(&m->cells[i])))
			break;
		clear(m, i, i + 1);
		m->count--;
	}
	while (m->nextra &&
	       !blockmap_sampled(m, m->extra[m->nextra - 1].hash))
		m->nextra--;
	gather(m, m->room);
	return spread(m);
}

static int make_room(struct blockmap *m)
{
	if (m->max_bytes && bytes_of(more_than(m->places)) > m->max_bytes)
		return halve(m);
	return grow(m);
}

/* Shifts what follows by one up to the first gap; 0 if there is none. */
static int open_gap(struct blockmap *m, uint64_t at)
{
	uint64_t gap = at;

	while (gap < m->room && !is_empty(&m->cells[gap]))
		gap++;
	if (gap == m->room)
		return 0;
	memmove(&m->cells[at + 1], &m->cells[at],
		(gap - at) * sizeof(*m->cells));
	m->cells[at] = (struct block_cell){ { 0 } };
	return 1;
}

static uint64_t find(const struct blockmap *m, uint64_t hash)
{
	uint64_t i = blockmap_place(m, hash);

	while (i < m->room && !is_empty(&m->cells[i]) &&
	       cell_hash(&m->cells[i]) < hash)
		i++;
	return i;
}

static struct block_cell *insert(struct blockmap *m, uint64_t hash)
{
	uint64_t at = find(m, hash);

	while (m->count >= most_of(m->places) || at == m->room ||
	       !open_gap(m, at)) {
		if (make_room(m) || !blockmap_sampled(m, hash))
			return NULL;
		at = find(m, hash);
	}
	m->count++;
	m->cells[at].w[0] = (uint32_t)hash;
	m->cells[at].w[1] = (uint32_t)(hash >> 32) << 16;
	return &m->cells[at];
}

struct block_cell *blockmap_get(struct blockmap *m, uint64_t hash)
{
	uint64_t i = find(m, hash);

	if (i < m->room && !is_empty(&m->cells[i]) &&
	    cell_hash(&m->cells[i]) == hash)
		return &m->cells[i];
	return insert(m, hash);
}

/* The first entry that does not come before @hash. */
static size_t extra_at(const struct blockmap *m, uint64_t hash)
{
	size_t lo = 0, hi = m->nextra;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (m->extra[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct block_extra *get_extra(struct blockmap *m, uint64_t hash)
{
	size_t at = extra_at(m, hash);
	struct block_extra *all;

	if (at < m->nextra && m->extra[at].hash == hash)
		return &m->extra[at];
	all = reallocarray(m->extra, m->nextra + 1, sizeof(*all));
	if (!all)
		return NULL;
	m->extra = all;
	memmove(&all[at + 1], &all[at], (m->nextra - at) * sizeof(*all));
	m->nextra++;
	all[at] = (struct block_extra){ .hash = hash };
	return &all[at];
}

/* Half of what is in the cell moves out when it is full. */
static int spill(struct blockmap *m, struct block_cell *c, int write)
{
	struct block_extra *extra = get_extra(m, cell_hash(c));

	if (!extra)
		return -ENOMEM;
	*(write ? &extra->writes : &extra->reads) += 0x8000;
	c->w[4] -= write ? 0x8000 : 0x8000U << 16;
	return 0;
}

int blockmap_count(struct blockmap *m, struct block_cell *c, int write)
{
	unsigned int shift = write ? 0 : 16;

	if ((c->w[4] >> shift & 0xffff) == 0xffff && spill(m, c, write))
		return -ENOMEM;
	c->w[4] += 1U << shift;
	return 0;
}

void blockmap_totals(const struct blockmap *m, const struct block_cell *c,
		     uint64_t *reads, uint64_t *writes)
{
	size_t at;

	*reads = c->w[4] >> 16;
	*writes = c->w[4] & 0xffff;
	if (!m->nextra || (*reads < 0x8000 && *writes < 0x8000))
		return;
	at = extra_at(m, cell_hash(c));
	if (at == m->nextra || m->extra[at].hash != cell_hash(c))
		return;
	*reads += m->extra[at].reads;
	*writes += m->extra[at].writes;
}
