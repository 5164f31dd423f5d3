// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <string.h>

#include "array.h"
#include "profile.h"

#define ZIPF(alpha, classes)	"zipf,alpha=" alpha ",classes=" classes
#define FGEN(bins, spikes, epsilon) \
	"fgen,bins=" bins ",spikes=" spikes ",epsilon=" epsilon

/* The six of 2DIO, and the eight that are calibrated to real traces. */
static const struct profile profiles[] = {
	{ "theta-a", "independent uses only: a concave curve", "1",
	  ZIPF("1.2", "20"), NULL, 10000, 1000000 },
	{ "theta-b", "two cliffs, an early and a late one", "0", NULL,
	  FGEN("20", "0+3", "0.005"), 10000, 1000000 },
	{ "theta-c", "two cliffs far apart", "0", NULL,
	  FGEN("20", "2+9", "0.005"), 10000, 1000000 },
	{ "theta-d", "half of the uses soon, half late", "0", NULL,
	  FGEN("5", "0+4", "0.01"), 10000, 1000000 },
	{ "theta-e", "one cliff and a long tail", "0", NULL,
	  FGEN("20", "1", "0.005"), 10000, 1000000 },
	{ "theta-f", "one cliff late: a scan", "0", NULL,
	  FGEN("5", "2", "0.01"), 10000, 1000000 },
	{ "theta-f20", "the same, narrower, as the command line of 2DIO has it",
	  "0", NULL, FGEN("20", "2", "0.01"), 10000, 1000000 },
	{ "w11", "CloudPhysics w11", "1", ZIPF("1.3", "20"), NULL, 100, 10000 },
	{ "w24", "CloudPhysics w24", "0.45", ZIPF("1.2", "30"),
	  FGEN("30", "1+2", "0.005"), 100, 10000 },
	{ "w44", "CloudPhysics w44", "0", NULL,
	  FGEN("30", "9+13+17+19", "0.025"), 10000, 1000000 },
	{ "w82", "CloudPhysics w82", "0.2", ZIPF("1.2", "100"),
	  FGEN("100", "12+13+19", "0.001"), 100, 10000 },
	{ "v521", "AliCloud v521", "0", NULL, FGEN("100", "2", "0.002"), 100,
	  10000 },
	{ "v538", "AliCloud v538", "0.1", ZIPF("1.2", "40"),
	  FGEN("40", "3+4", "0.005"), 100, 10000 },
	{ "v766", "AliCloud v766", "0", NULL, FGEN("40", "0+5", "0.0057"), 100,
	  10000 },
	{ "v827", "AliCloud v827", "0.2", ZIPF("1.2", "60"),
	  FGEN("60", "0+13", "0.005"), 100, 10000 },
};

const struct profile *profile_at(unsigned int n)
{
	return n < ARRAY_SIZE(profiles) ? &profiles[n] : NULL;
}

const struct profile *profile_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(profiles); i++)
		if (!strcmp(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}
