// SPDX-License-Identifier: GPL-2.0-or-later
/* cpp - see cpp.h. The program is found by PATH and started without a shell, so that no name of a
 * file or macro is anything but a name. */
#include "sys/cpp.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fd.h"

extern char **environ;

enum { FIXED_ARGS = 6 };

/* Starts cpp with its output on 'fd'. */
static int start(char *const *argv, int fd, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int code = posix_spawn_file_actions_init(&actions);

	if (code)
		return code;
	code = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	if (code == 0)
		code = posix_spawnp(ret_pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

static int finish(pid_t pid, const char *path, struct err *e)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, errno, "cpp");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return err_set(e, EINVAL, "%s: the C preprocessor failed", path);
	return 0;
}

int cpp_run(const char *path, const char *const *defs, unsigned int n_defs, const char *folder,
	    size_t max_bytes, struct str *out, struct err *e)
{
	AUTO(free_p) char **argv = calloc(n_defs * 2 + FIXED_ARGS, sizeof(*argv));
	AUTO(close_p) int from = -1;
	AUTO(close_p) int to = -1;
	unsigned int n = 0;
	int fds[2], rc, code;
	pid_t pid;

	if (!argv)
		return err_sys(e, ENOMEM, "cpp");
	argv[n++] = (char *)"cpp";
	argv[n++] = (char *)"-w";
	for (unsigned int i = 0; i < n_defs; i++) {
		argv[n++] = (char *)"-D";
		argv[n++] = (char *)defs[i];
	}
	if (folder) {
		argv[n++] = (char *)"-I";
		argv[n++] = (char *)folder;
	}
	argv[n++] = (char *)path;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cpp");
	from = fds[0];
	to = fds[1];
	code = start(argv, to, &pid);
	if (code == ENOENT)
		return err_set(e, ENOENT, "there is no program 'cpp'; install the C preprocessor");
	if (code)
		return err_sys(e, code, "start cpp");
	close(TAKE(to, -1));
	rc = fd_read_text(from, "the output of cpp", max_bytes, out, e);
	close(TAKE(from, -1)); /* so that it cannot wait for us */
	code = finish(pid, path, rc ? NULL : e);
	return rc ? rc : code;
}
