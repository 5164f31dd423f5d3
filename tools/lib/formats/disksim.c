// SPDX-License-Identifier: GPL-2.0-only
/*
 * Five columns of numbers with spaces between them, time, device, address,
 * length and flags, whose units depend on the program they are for:
 *
 *            time  address, length  flags
 * DiskSim    ms    sectors          hexadecimal, bit 0 is set for a read
 * MQSim      ns    sectors          1 read, 0 write
 * replayer   ms    bytes            1 read, 0 write
 *
 * (replayer is that of huaicheng/replayer.) The content decides between them
 * only where a time has a fraction, which is not ns, and an address or length
 * is no multiple of 512, which is not bytes of a disk.
 */
#include <string.h>

#include "lines.h"

#define COLUMNS		5
#define SECTOR		512
#define LINE		160
/* Lines of a file's start that are looked at. */
#define MAX_LINES	4096

/**
 * struct variant - what the columns mean to a program
 * @digits: of a time: 6 for ms, 0 for ns
 * @unit: bytes of an address and of a length
 * @hex: flags are hexadecimal and have more bits than that of a read
 */
struct variant {
	unsigned int digits;
	uint32_t unit;
	bool hex;
};

static const struct variant disksim = { 6, SECTOR, true };
static const struct variant mqsim = { 0, SECTOR, false };
static const struct variant replayer = { 6, 1, false };

struct five {
	const char *device;
	uint64_t time, address, length;
	bool read;
};

static bool scan_flags(const struct variant *v, const char *col, bool *read)
{
	static const char digits[] = "0123456789abcdef";
	size_t len = strlen(col);
	const char *last;

	if (!v->hex) {
		*read = *col == '1';
		return !strcmp(col, "0") || !strcmp(col, "1");
	}
	if (!len || len > 8 || strspn(col, "0123456789abcdefABCDEF") != len)
		return false;
	last = strchr(digits, col[len - 1] | 0x20);
	if (col[len - 1] <= '9')
		last = digits + (col[len - 1] - '0');
	*read = (last - digits) & 1;
	return true;
}

static bool parse(const struct variant *v, char *line, struct five *f)
{
	char *col[COLUMNS];
	uint64_t device;

	if (lines_split(line, ' ', col, COLUMNS) != COLUMNS)
		return false;
	f->device = col[1];
	return column_scaled(col[0], v->digits, &f->time) &&
	       (v->digits || !strchr(col[0], '.')) &&
	       column_u64(col[1], &device) && column_u64(col[2], &f->address) &&
	       column_u64(col[3], &f->length) &&
	       scan_flags(v, col[4], &f->read) &&
	       f->address <= UINT64_MAX / v->unit &&
	       f->length <= UINT32_MAX / v->unit;
}

/**
 * struct looks - what the start of a file tells of its variant
 * @lines: lines of five numbers; all of them are
 * @fraction: a time has one
 * @sectors: an address or length is no multiple of 512
 */
struct looks {
	int lines;
	bool fraction, sectors;
};

static bool look_at_line(char *line, struct looks *looks)
{
	bool fraction = line[strcspn(line, ". \t")] == '.';
	struct five f;

	if (!parse(&disksim, line, &f))
		return false;
	looks->lines++;
	looks->fraction |= fraction;
	looks->sectors |= f.address % SECTOR || f.length % SECTOR;
	return true;
}

/* Looks at whole lines; the only one may lack its end. */
static bool look(const uint8_t *head, size_t len, struct looks *looks)
{
	char line[LINE];

	*looks = (struct looks){ 0 };
	while (len && looks->lines < MAX_LINES) {
		const uint8_t *end = memchr(head, '\n', len);

		if (!end && looks->lines)
			break;
		if (lines_first(head, end ? (size_t)(end - head) : len, line,
				sizeof(line)) && !look_at_line(line, looks))
			return false;
		if (!end)
			break;
		len -= (size_t)(end + 1 - head);
		head = end + 1;
	}
	return looks->lines;
}

static bool disksim_sniff(const uint8_t *head, size_t len)
{
	struct looks looks;

	return look(head, len, &looks) && looks.fraction && looks.sectors;
}

static bool no_sniff(const uint8_t *head, size_t len)
{
	(void)head;
	(void)len;
	return false;
}

static const char *disksim_ask(const uint8_t *head, size_t len)
{
	struct looks looks;

	if (!look(head, len, &looks))
		return NULL;
	if (looks.fraction)
		return "five columns of numbers, which are either DiskSim's (--from disksim: times in ms, sectors) or those of huaicheng/replayer (--from replayer: ms, bytes); the content does not tell which";
	return "five columns of numbers, which are MQSim's (--from mqsim: times in ns, sectors), DiskSim's (--from disksim: ms, sectors) or those of huaicheng/replayer (--from replayer: ms, bytes); the content does not tell which";
}

static int take_line(const struct variant *v, struct importer *imp,
		     struct input *in, char *line, struct hf_error *err)
{
	struct hfr_trace_rec rec = { .complete_ns = HFR_UNKNOWN };
	struct five f;
	int target;

	if (!parse(v, line, &f))
		return lines_junk(imp, in,
				  "not five columns: time, device, address, length, flags",
				  err);
	target = importer_device(imp, f.device, 0, 0, err);
	if (target < 0)
		return target;
	rec.issue_ns = f.time;
	rec.offset = f.address * v->unit;
	rec.length = (uint32_t)f.length * v->unit;
	rec.target = (uint16_t)target;
	rec.op = f.read ? HFR_OP_READ : HFR_OP_WRITE;
	return importer_request(imp, &rec, in, err);
}

static int five_line(struct importer *imp, struct input *in, void *state,
		     char *line, struct hf_error *err)
{
	const struct variant *const *v = state;

	return take_line(*v, imp, in, line, err);
}

static int five_read(const struct variant *v, struct input *const *ins,
		     int nins, struct importer *imp, struct hf_error *err)
{
	const struct line_reader reader = {
		.state_size = sizeof(v),
		.state = &v,
		.line = five_line,
	};

	return lines_read(ins, nins, imp, &reader, err);
}

static int disksim_read(struct input *const *ins, int nins,
			struct importer *imp, struct hf_error *err)
{
	return five_read(&disksim, ins, nins, imp, err);
}

static int mqsim_read(struct input *const *ins, int nins, struct importer *imp,
		      struct hf_error *err)
{
	return five_read(&mqsim, ins, nins, imp, err);
}

static int replayer_read(struct input *const *ins, int nins,
			 struct importer *imp, struct hf_error *err)
{
	return five_read(&replayer, ins, nins, imp, err);
}

const struct format format_disksim = {
	.name = "disksim",
	.about = "ASCII trace of DiskSim: ms, sectors",
	.sniff = disksim_sniff,
	.ask = disksim_ask,
	.read = disksim_read,
};

const struct format format_mqsim = {
	.name = "mqsim",
	.about = "ASCII trace of MQSim: ns, sectors",
	.sniff = no_sniff,
	.read = mqsim_read,
};

const struct format format_replayer = {
	.name = "replayer",
	.about = "trace of huaicheng/replayer: ms, bytes",
	.sniff = no_sniff,
	.read = replayer_read,
};
