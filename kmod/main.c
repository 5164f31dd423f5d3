// SPDX-License-Identifier: GPL-2.0-only
/* hfreplay: replays block I/O traces from inside the kernel. */
#include <linux/build_bug.h>
#include <linux/module.h>
#include <linux/stddef.h>

#include "netlink.h"
#include "session.h"
#include "version.h"

static void check_layout(void)
{
	BUILD_BUG_ON(sizeof(struct hfr_trace_rec) != 64);
	BUILD_BUG_ON(offsetof(struct hfr_trace_rec, op) != 30);
	BUILD_BUG_ON(offsetof(struct hfr_trace_rec, rank) != 44);
	BUILD_BUG_ON(sizeof(struct hfr_completion_rec) != 32);
	BUILD_BUG_ON(offsetof(struct hfr_completion_rec, state) != 31);
	BUILD_BUG_ON(sizeof(struct hfr_file_hdr) != 128);
	BUILD_BUG_ON(sizeof(struct hfr_file_dev) != 128);
	BUILD_BUG_ON(sizeof(struct hfr_file_end) != 64);
	BUILD_BUG_ON(offsetof(struct hfr_file_end, op) !=
		     offsetof(struct hfr_trace_rec, op));
}

static int __init hfreplay_init(void)
{
	int err;

	check_layout();
	err = hfr_session_module_init();
	if (err)
		return err;
	err = hfr_netlink_init();
	if (err)
		goto err_session;
	return 0;

err_session:
	hfr_session_module_exit();
	return err;
}

/*
 * No session exists: each holds the module. The last teardown may still be on
 * its way out; destroying its workqueue waits for it.
 */
static void __exit hfreplay_exit(void)
{
	hfr_netlink_exit();
	hfr_session_module_exit();
}

module_init(hfreplay_init);
module_exit(hfreplay_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Replays block I/O traces from inside the kernel");
MODULE_VERSION(HFR_VERSION);
