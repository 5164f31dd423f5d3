/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps from one trace to another. Each is a const struct transform; a
 * pipeline puts them one behind the other in the order of the command line.
 * Documentation/transforms.rst says what each does to times, to requests in
 * flight and to dependencies.
 */
#ifndef HF_TRANSFORM_H
#define HF_TRANSFORM_H

#include "stage.h"

/*
 * Every step: name, what its argument is called, help. The table of the steps
 * and the options of the command are made from it.
 */
#define TRANSFORM_STEPS(STEP)						\
	STEP(window, "FROM..TO",					\
	     "Keep the requests issued from FROM to before TO of the trace's time (10s..1m, ..30, 2h..; default unit: seconds). FROM becomes time 0.") \
	STEP(head, "N|TIME",						\
	     "Keep the first N requests, or (with a unit: 10s, 5m) those issued in the first TIME.") \
	STEP(tail, "N|TIME",						\
	     "Keep the last N requests, or those issued in the last TIME up to the last one. Times stay.") \
	STEP(sample, "SHARE",						\
	     "Keep a share (10%, 0.1, 1/10) of the requests. By SHARE,by=stream a share of the streams, whole; by SHARE,by=address[,granule=SIZE] a share of the addresses, whole, in granules of SIZE (1M). seed=N is another sample.") \
	STEP(filter, "TESTS",						\
	     "Keep the requests that pass all of TEST,TEST,... or all of another group behind a slash. A test: op=read+write, size>=64k, range=0..10G, target=0+sda, stream=1+2, latency>10ms, flag=fua; also offset, time, prio.") \
	STEP(drop, "TESTS",						\
	     "Leave out what --filter would keep.")			\
	STEP(speed, "FACTOR",						\
	     "Divide the times of issue by FACTOR. Requests keep their latency; with FACTOR,latency=scale it is divided as well.") \
	STEP(shift, "TIME|start",					\
	     "Add TIME (10s, -1ms) to all times; start makes the first issue time 0.") \
	STEP(remap, "MOVE",						\
	     "Move addresses. MOVE is offset=[-]SIZE, scale=FACTOR, align=SIZE, wrap=SIZE, tile=N[,size=SIZE][,by=stream|request|copy] or fit=SIZE|DEVICE[,granule=SIZE]; with ,on=TARGET only those of one device of the trace.") \
	STEP(anonymise, "KEY",						\
	     "Permute addresses and streams, and leave out names, wall clock and origin. KEY is key=FILE[,granule=SIZE]: 16 bytes or 32 hexadecimal digits, and what stays together (64M).") \
	STEP(merge, "FILE",						\
	     "Merge with the trace FILE by time; with FILE,phase=[-]TIME it is moved by TIME first. Devices of the same name are one device, with FILE,apart they are not.") \
	STEP(loop, "N",							\
	     "Repeat all so far N times. From the last issue to the first of the next turn it is the mean distance of issues; N,gap=TIME says another, N,gap=drain waits for the last completion.") \
	STEP(represent, "CHOICE",					\
	     "Keep a few intervals that stand for all, one behind the other, with weights. CHOICE is interval=TIME,count=N[,seed=N].") \
	STEP(split, "target|stream",					\
	     "Write a file for each device or stream: OUT.hft becomes OUT-NAME.hft. The last step.")

extern const struct transform transform_window, transform_head,
	transform_tail, transform_sample, transform_filter, transform_drop,
	transform_speed, transform_shift, transform_remap, transform_anonymise,
	transform_merge, transform_loop, transform_represent, transform_split;

/** transform_find - the step of this name, or NULL */
const struct transform *transform_find(const char *name);

#endif /* HF_TRANSFORM_H */
