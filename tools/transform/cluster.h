/* SPDX-License-Identifier: GPL-2.0-only */
/* k-means: which points lie close to each other. */
#ifndef HF_CLUSTER_H
#define HF_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct cluster_input - points
 * @points: @n times @dims coordinates, one point behind the other
 * @n: points
 * @dims: coordinates of a point
 * @k: clusters that are wanted, 1 to @n
 * @seed: of the random numbers
 * @stop: asked now and then; once it is true the result is -EINTR. NULL for
 *	none
 */
struct cluster_input {
	const double *points;
	size_t n, dims, k;
	uint64_t seed;
	bool (*stop)(void);
};

/**
 * cluster - divides points among clusters
 * @in: the points
 * @label: gets the cluster of each point, @in->n entries
 * @center: gets the mean of each cluster, @in->k times @in->dims; of an empty
 *	one it means nothing
 * @spread: gets the sum of the squared distances to the means
 *
 * Lloyd's iteration from the start of k-means++ (Arthur, Vassilvitskii,
 * "k-means++: The Advantages of Careful Seeding", SODA 2007, section 2.2),
 * the best of eight starts (of one where n times k exceeds two million). The
 * same input has the same result.
 *
 * Return: 0, -ENOMEM or -EINTR.
 */
int cluster(const struct cluster_input *in, uint32_t *label, double *center,
	    double *spread);

/** cluster_distance - the square of the distance of two points */
double cluster_distance(const double *a, const double *b, size_t dims);

/**
 * cluster_normalise - moves and stretches each coordinate to mean 0 and
 *	standard deviation 1; one that is the same for all becomes 0
 * @points: as above
 * @n: points
 * @dims: coordinates
 */
void cluster_normalise(double *points, size_t n, size_t dims);

#endif /* HF_CLUSTER_H */
