// SPDX-License-Identifier: GPL-2.0-or-later
/* bpf - see bpf.h. */
#include "sys/bpf.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOG_BYTES (64 * 1024)

static int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* The kernel takes letters, digits, '_' and '.' and wants a NUL. */
static void set_name(char *to, const char *name)
{
	snprintf(to, BPF_OBJ_NAME_LEN, "%s", name);
}

int sysbpf_array_new(const char *name, uint32_t value_bytes, uint32_t n_entries, struct err *e)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = sizeof(uint32_t);
	attr.value_size = value_bytes;
	attr.max_entries = n_entries;
	attr.map_flags = BPF_F_MMAPABLE;
	set_name(attr.map_name, name);
	fd = sys_bpf(BPF_MAP_CREATE, &attr);
	if (fd < 0)
		return err_sys(e, errno, "create BPF map %s", name);
	return fd;
}

static int map_new(enum bpf_map_type type, const char *name, uint32_t key_bytes,
		   uint32_t value_bytes, uint32_t n_entries, struct err *e)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key_bytes;
	attr.value_size = value_bytes;
	attr.max_entries = n_entries;
	set_name(attr.map_name, name);
	fd = sys_bpf(BPF_MAP_CREATE, &attr);
	if (fd < 0)
		return err_sys(e, errno, "create BPF map %s", name);
	return fd;
}

int sysbpf_tails_new(const char *name, uint32_t n_entries, struct err *e)
{
	return map_new(BPF_MAP_TYPE_PROG_ARRAY, name, sizeof(uint32_t), sizeof(uint32_t), n_entries,
		       e);
}

int sysbpf_tail_set(int map, uint32_t i, int prog_fd, struct err *e)
{
	int rc = sysbpf_map_update(map, &i, &prog_fd);

	return rc ? err_sys(e, -rc, "put a program into a BPF map") : 0;
}

int sysbpf_hash_new(const char *name, uint32_t key_bytes, uint32_t value_bytes, uint32_t n_entries,
		    struct err *e)
{
	return map_new(BPF_MAP_TYPE_HASH, name, key_bytes, value_bytes, n_entries, e);
}

int sysbpf_xskmap_new(const char *name, uint32_t n_entries, struct err *e)
{
	return map_new(BPF_MAP_TYPE_XSKMAP, name, sizeof(uint32_t), sizeof(int), n_entries, e);
}

int sysbpf_map_update(int map, const void *key, const void *value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)key;
	attr.value = (uintptr_t)value;
	return sys_bpf(BPF_MAP_UPDATE_ELEM, &attr) < 0 ? -errno : 0;
}

int sysbpf_map_next(int map, const void *key, void *ret_key)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)key;
	attr.next_key = (uintptr_t)ret_key;
	return sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr) < 0 ? -errno : 0;
}

int sysbpf_map_lookup(int map, const void *key, void *ret_value)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)key;
	attr.value = (uintptr_t)ret_value;
	return sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr) < 0 ? -errno : 0;
}

/* Cuts the verifier's 'log' down to the line that says what is wrong: the last one that is neither
 * empty nor its statistics. */
static const char *last_words(char *log)
{
	const char *words = "";

	for (char *line = strtok_r(log, "\n", &log); line; line = strtok_r(NULL, "\n", &log))
		if (strncmp(line, "processed ", 10) != 0)
			words = line;
	return words;
}

int sysbpf_prog_load(const char *name, enum bpf_prog_type type, const struct bpf_insn *insns,
		     uint32_t n, struct err *e)
{
	AUTO(free_p) char *log = NULL;
	union bpf_attr attr;
	int fd, code;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = n;
	attr.license = (uintptr_t) "GPL";
	set_name(attr.prog_name, name);
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		return fd;
	code = errno;
	/* The log costs time, so it is asked for only now. It may fill up: ENOSPC says nothing. */
	log = code == EPERM ? NULL : calloc(1, LOG_BYTES);
	if (!log)
		return err_sys(e, code, "load BPF program %s", name);
	attr.log_level = 1;
	attr.log_buf = (uintptr_t)log;
	attr.log_size = LOG_BYTES;
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		return fd;
	log[LOG_BYTES - 1] = '\0';
	err_sys(e, code, "load BPF program %s (%.300s)", name, last_words(log));
	return -code;
}

int sysbpf_raw_tracepoint(const char *name, int prog_fd, struct err *e)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = (uintptr_t)name;
	attr.raw_tracepoint.prog_fd = prog_fd;
	fd = sys_bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	return fd < 0 ? err_sys(e, errno, "attach to tracepoint %s", name) : fd;
}

int sysbpf_xdp_link(int prog_fd, int ifindex, enum xdp_place place, struct err *e)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog_fd;
	attr.link_create.target_ifindex = ifindex;
	attr.link_create.attach_type = BPF_XDP;
	attr.link_create.flags = place == XDP_IN_STACK ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	fd = sys_bpf(BPF_LINK_CREATE, &attr);
	return fd < 0 ? err_sys(e, errno, "attach an XDP program to device %d", ifindex) : fd;
}

int sysbpf_run_live(int prog_fd, const void *frame, uint32_t n, uint32_t repeat, uint32_t batch)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog_fd;
	attr.test.data_in = (uintptr_t)frame;
	attr.test.data_size_in = n;
	attr.test.repeat = repeat;
	attr.test.batch_size = batch;
	attr.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
	return sys_bpf(BPF_PROG_TEST_RUN, &attr) < 0 ? -errno : 0;
}

int sysbpf_run_once(int prog_fd, const void *frame, uint32_t n, void *out, uint32_t max,
		    uint32_t *ret_verdict)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog_fd;
	attr.test.data_in = (uintptr_t)frame;
	attr.test.data_size_in = n;
	attr.test.data_out = (uintptr_t)out;
	attr.test.data_size_out = max;
	attr.test.repeat = 1;
	if (sys_bpf(BPF_PROG_TEST_RUN, &attr) < 0)
		return -errno;
	*ret_verdict = attr.test.retval;
	return attr.test.data_size_out;
}

static int get_info(int fd, struct bpf_prog_info *info)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info_len = sizeof(*info);
	attr.info.info = (uintptr_t)info;
	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) < 0 ? -errno : 0;
}

int sysbpf_prog_jited(int fd, uint32_t max_bytes, uint8_t **ret_code, uint32_t *ret_bytes,
		      struct err *e)
{
	AUTO(free_p) uint8_t *code = NULL;
	struct bpf_prog_info info = { 0 };
	uint32_t n;
	int rc;

	rc = get_info(fd, &info);
	if (rc)
		return err_sys(e, -rc, "program information");
	n = info.jited_prog_len;
	if (n == 0)
		return err_set(e, EOPNOTSUPP,
			       "the kernel made no machine code; net.core.bpf_jit_enable turns the "
			       "compiler on");
	if (n > max_bytes)
		return err_set(e, EFBIG, "%u bytes of machine code are too many", n);
	code = calloc(1, n);
	if (!code)
		return err_sys(e, ENOMEM, "machine code");
	info = (struct bpf_prog_info){ .jited_prog_len = n, .jited_prog_insns = (uintptr_t)code };
	rc = get_info(fd, &info);
	if (rc)
		return err_sys(e, -rc, "program information");
	/* The kernel clears the pointer where a missing capability hides the code. */
	if (!info.jited_prog_insns)
		return err_set(e, EOPNOTSUPP,
			       "the kernel hides machine code from who lacks cap_perfmon or "
			       "cap_sys_admin");
	*ret_code = TAKE(code, NULL);
	*ret_bytes = n;
	return 0;
}

unsigned int sysbpf_possible_cpus(void)
{
	char text[256], *last;
	FILE *f = fopen("/sys/devices/system/cpu/possible", "re");
	long n;

	/* "0-3" or "0,2-5": the highest number stands last. */
	if (f && fgets(text, sizeof(text), f)) {
		fclose(f);
		last = strpbrk(text, "-,") ? text + strcspn(text, "\n") : text;
		while (last > text && last[-1] != '-' && last[-1] != ',')
			last--;
		return strtoul(last, NULL, 10) + 1;
	}
	if (f)
		fclose(f);
	n = sysconf(_SC_NPROCESSORS_CONF);
	return n > 0 ? n : 1;
}
