// SPDX-License-Identifier: GPL-2.0-only
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"

static int write_file(const char *path, const struct folder_file *file,
		      const void *src, struct hf_error *err)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);
	int ret = mem ? file->write(mem, src) : -ENOMEM;

	if (mem && fclose(mem) && ret >= 0)
		ret = -ENOMEM;
	if (ret < 0)
		hf_fail(err, -ret, "no memory to make %s", path);
	else if (ret > 0)
		ret = 0;
	else
		ret = outfile_put(path, text, len, err);
	free(text);
	return ret;
}

static int make_dir(const char *dir, struct hf_error *err)
{
	if (!mkdir(dir, 0777) || errno == EEXIST)
		return 0;
	return hf_fail(err, errno, "cannot make the folder %s: %s", dir,
		       strerror(errno));
}

int folder_write(const char *dir, const struct folder_file *files, size_t n,
		 const void *src, struct hf_error *err)
{
	int ret = make_dir(dir, err);

	for (size_t i = 0; !ret && i < n; i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, files[i].name) < 0)
			return hf_fail(err, ENOMEM, "no memory to write %s",
				       dir);
		ret = write_file(path, &files[i], src, err);
		free(path);
	}
	return ret;
}
