// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for a file name");
}

static const char *temp_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

/* File systems without O_TMPFILE get a name that is removed at once. */
static int open_unlinked(const char *dir)
{
	char *name;
	int fd;

	if (asprintf(&name, "%s/hfctl-XXXXXX", dir) < 0)
		return -ENOMEM;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	else
		unlink(name);
	free(name);
	return fd;
}

static int open_nameless(struct outfile *of, struct hf_error *err)
{
	const char *dir = temp_dir();

	of->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (of->fd < 0)
		of->fd = open_unlinked(dir);
	if (of->fd < 0)
		return hf_fail(err, -of->fd,
			       "cannot make a temporary file in %s: %s; set TMPDIR to a folder that can be written",
			       dir, strerror(-of->fd));
	return 0;
}

/*
 * The name the data will get: where a symbolic link leads, as rename would
 * replace the link. Renaming over anything but a file would destroy it.
 */
static int final_name(struct outfile *of, const char *path,
		      struct hf_error *err)
{
	struct stat st;

	if (!*path)
		return hf_fail(err, EINVAL, "the output has an empty name");
	if (stat(path, &st) < 0 && !lstat(path, &st))
		return hf_fail(err, ENOENT,
			       "cannot write %s: it is a symbolic link that leads to nothing",
			       path);
	if (stat(path, &st) < 0) {
		of->path = strdup(path);
		return of->path ? 0 : no_memory(err);
	}
	if (S_ISDIR(st.st_mode))
		return hf_fail(err, EISDIR,
			       "cannot write %s: it is a directory", path);
	if (!S_ISREG(st.st_mode))
		return hf_fail(err, EINVAL,
			       "cannot write %s: it is not a regular file",
			       path);
	of->path = realpath(path, NULL);
	if (!of->path)
		return hf_fail(err, errno, "cannot write %s: %s", path,
			       strerror(errno));
	return 0;
}

static int open_temp(struct outfile *of, struct hf_error *err)
{
	unsigned int n;

	/* Names of a killed process with our id may still be there. */
	for (n = 0; n < 1000; n++) {
		if (asprintf(&of->temp, "%s.%d-%u.tmp", of->path, getpid(),
			     n) < 0) {
			of->temp = NULL;
			return no_memory(err);
		}
		of->fd = open(of->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
			      0666);
		if (of->fd >= 0)
			return 0;
		free(of->temp);
		of->temp = NULL;
		if (errno != EEXIST)
			break;
	}
	return hf_fail(err, errno, "cannot write %s: %s", of->path,
		       strerror(errno));
}

int outfile_open(struct outfile *of, const char *path, struct hf_error *err)
{
	int rc;

	*of = (struct outfile){ .fd = -1 };
	if (!path)
		return open_nameless(of, err);
	rc = final_name(of, path, err);
	if (!rc)
		rc = open_temp(of, err);
	if (rc)
		outfile_abort(of);
	return rc;
}

/* The rename itself survives a crash when its directory is synced too. */
static void sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd;

	if (!copy)
		return;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

int outfile_commit(struct outfile *of, struct hf_error *err)
{
	int rc = 0, fd;

	if (of->path && fsync(of->fd) < 0)
		rc = hf_fail(err, errno, "cannot write %s: %s", of->path,
			     strerror(errno));
	else if (of->path && rename(of->temp, of->path) < 0)
		rc = hf_fail(err, errno, "cannot rename %s to %s: %s",
			     of->temp, of->path, strerror(errno));
	if (rc) {
		outfile_abort(of);
		return rc;
	}
	if (of->path)
		sync_directory(of->path);
	fd = of->fd;
	of->fd = -1;
	free(of->temp);
	of->temp = NULL;
	free(of->path);
	of->path = NULL;
	return fd;
}

void outfile_abort(struct outfile *of)
{
	if (of->temp)
		unlink(of->temp);
	if (of->fd >= 0)
		close(of->fd);
	free(of->temp);
	free(of->path);
	*of = (struct outfile){ .fd = -1 };
}

const char *outfile_name(const struct outfile *of)
{
	return of->path ? of->path : "the temporary file";
}

static int write_failed(struct outfile *of, uint64_t offset, int code,
			struct hf_error *err)
{
	return hf_fail(err, code, "cannot write %s at byte %" PRIu64
		       ": %s%s%s", outfile_name(of), offset, strerror(code),
		       of->path ? "" : "; set TMPDIR to a larger folder than ",
		       of->path ? "" : temp_dir());
}

int outfile_write(struct outfile *of, const void *buf, size_t len,
		  uint64_t offset, struct hf_error *err)
{
	const char *p = buf;

	while (len) {
		ssize_t n = pwrite(of->fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return write_failed(of, offset, n ? errno : EIO, err);
		p += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

int outfile_put(const char *path, const void *buf, size_t len,
		struct hf_error *err)
{
	struct outfile of;
	int rc = outfile_open(&of, path, err);

	if (rc)
		return rc;
	rc = outfile_write(&of, buf, len, 0, err);
	if (!rc)
		rc = outfile_commit(&of, err);
	if (rc < 0) {
		outfile_abort(&of);
		return rc;
	}
	if (!close(rc))
		return 0;
	return hf_fail(err, errno, "cannot write %s: %s", path,
		       strerror(errno));
}

int outfile_read(struct outfile *of, void *buf, size_t len, uint64_t offset,
		 struct hf_error *err)
{
	char *p = buf;

	while (len) {
		ssize_t n = pread(of->fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return hf_fail(err, n ? errno : EIO,
				       "cannot read back %s at byte %" PRIu64
				       ": %s", outfile_name(of), offset,
				       n ? strerror(errno) : "it is shorter");
		p += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}
