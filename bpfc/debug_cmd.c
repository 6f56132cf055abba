// SPDX-License-Identifier: GPL-2.0-or-later
/* debug_cmd - the commands of the debugger. To add one: a function and a record of the table. */
#include "debug_priv.h"

#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "proto/render.h"
#include "step.h"

static int reopen(struct session *d, struct err *e)
{
	packets_close(&d->packets);
	return packets_open(d->fd, d->job->debug, &d->packets, e);
}

/* Steps on to packet 'n', which is not before the one at hand. Returns 1; 0: there is none. */
static int forward(struct session *d, uint64_t n, struct err *e)
{
	int rc = 1;

	while ((rc == 1 || rc == -EINTR) && d->packets.n < n)
		rc = packets_next(&d->packets, e);
	return rc;
}

static int go_to_packet(struct session *d, uint64_t n, struct err *e)
{
	uint64_t last;
	int rc = 0;

	if (n < d->packets.n)
		rc = reopen(d, e);
	if (rc == 0)
		rc = forward(d, n, e);
	if (rc < 0)
		return rc;
	if (rc == 0) {
		/* The last packet is no longer lent, so it is read again. */
		last = d->packets.n;
		rc = reopen(d, e);
		if (rc == 0)
			rc = forward(d, last, e);
		return rc < 0 ? rc
			      : err_set(e, ENOENT, "there is no packet %llu, the last is %llu",
					(unsigned long long)n, (unsigned long long)last);
	}
	sim_begin(&d->sim, &d->s->p.prog, d->packets.p.data, d->packets.p.cap_len, d->packets.p.len,
		  &d->packets.aux);
	d->packets.random = d->packets.n;
	d->n_steps = 0;
	return 0;
}

/* Has a packet at hand: the first one, where none was asked for. */
static int need_packet(struct session *d, struct err *e)
{
	return d->packets.n ? 0 : go_to_packet(d, 1, e);
}

static void add_packet(struct session *d)
{
	str_addf(&d->out, "packet %llu, %u bytes", (unsigned long long)d->packets.n,
		 d->packets.p.len);
	if (d->packets.p.cap_len < d->packets.p.len)
		str_addf(&d->out, ", %u captured", d->packets.p.cap_len);
	str_addc(&d->out, '\n');
}

/* Where the program stands: the instruction that comes next, or the verdict. */
static void add_place(struct session *d)
{
	if (d->sim.end == SIM_RUNNING)
		step_add_insn(d->s, d->sim.pc, &d->out);
	else
		step_add_end(d->s, &d->sim, &d->out);
	str_addc(&d->out, '\n');
}

static int cmd_packet(struct session *d, const char *args, struct err *e)
{
	uint64_t n = d->packets.n + 1;
	int rc = 0;

	if (*args)
		rc = num_parse(args, NUM_PLAIN, 1, UINT64_MAX, "packet", &n, e);
	if (rc == 0)
		rc = go_to_packet(d, n, e);
	if (rc)
		return rc;
	add_packet(d);
	add_place(d);
	return 0;
}

static void one_step(struct session *d)
{
	sim_step(&d->sim);
	d->n_steps++;
}

/* How many steps a command wants, 1 if it does not say, of the packet that must be there. */
static int take_steps(struct session *d, const char *args, uint64_t *ret_n, struct err *e)
{
	int rc = 0;

	*ret_n = 1;
	if (*args)
		rc = num_parse(args, NUM_PLAIN, 1, UINT32_MAX, "steps", ret_n, e);
	return rc ? rc : need_packet(d, e);
}

/* Where the program stands now. */
static void show_state(struct session *d)
{
	step_add_registers(&d->sim, &d->out);
	str_addc(&d->out, '\n');
	add_place(d);
}

static int cmd_step(struct session *d, const char *args, struct err *e)
{
	uint64_t n;
	int rc = take_steps(d, args, &n, e);

	if (rc)
		return rc;
	if (d->sim.end != SIM_RUNNING)
		return err_set(e, EINVAL,
			       "the program has ended; 'packet' goes to the next packet, "
			       "'run' begins this one again");
	while (n-- && d->sim.end == SIM_RUNNING)
		one_step(d);
	show_state(d);
	return 0;
}

/* Back is forward from the beginning: a filter has no effects. */
static int cmd_back(struct session *d, const char *args, struct err *e)
{
	uint64_t n, keep;
	int rc = take_steps(d, args, &n, e);

	if (rc)
		return rc;
	keep = d->n_steps > n ? d->n_steps - n : 0;
	rc = go_to_packet(d, d->packets.n, e);
	if (rc)
		return rc;
	while (d->n_steps < keep)
		one_step(d);
	show_state(d);
	return 0;
}

/* Runs on to the end of the packet; true if it stops at a breakpoint before or there. */
static bool to_breakpoint(struct session *d)
{
	while (d->sim.end == SIM_RUNNING) {
		one_step(d);
		if (d->sim.end == SIM_RUNNING && d->breakpoints[d->sim.pc])
			return true;
	}
	return d->sim.verdict ? d->break_accept : d->break_reject;
}

static int cmd_run(struct session *d, const char *args, struct err *e)
{
	int rc;

	if (*args)
		return err_set(e, EINVAL, "run: takes no argument");
	rc = need_packet(d, e);
	if (rc == 0)
		rc = go_to_packet(d, d->packets.n, e);
	if (rc)
		return rc;
	if (!d->breakpoints[0])
		to_breakpoint(d);
	add_packet(d);
	add_place(d);
	return 0;
}

static int cmd_continue(struct session *d, const char *args, struct err *e)
{
	struct err end = { 0 };
	int rc;

	if (*args)
		return err_set(e, EINVAL, "continue: takes no argument");
	rc = need_packet(d, e);
	if (rc)
		return rc;
	while (d->sim.end != SIM_RUNNING || !to_breakpoint(d)) {
		rc = go_to_packet(d, d->packets.n + 1, &end);
		if (rc == -ENOENT) {
			str_addf(&d->out, "no breakpoint up to the last packet, %llu\n",
				 (unsigned long long)d->packets.n);
			return 0;
		}
		if (rc) {
			*e = end;
			return rc;
		}
		if (d->breakpoints[0])
			break;
	}
	add_packet(d);
	add_place(d);
	return 0;
}

/* "3", an instruction; "line 7", the first one of that line. */
static int find_place(const struct session *d, const char *text, unsigned int *ret_i, struct err *e)
{
	unsigned int n = d->s->p.prog.len;
	uint64_t v;
	int rc;

	if (!str_starts(text, "line ")) {
		rc = num_parse(text, NUM_PLAIN, 0, n - 1, "instruction", &v, e);
		*ret_i = v;
		return rc;
	}
	rc = num_parse(text + 5, NUM_PLAIN, 1, UINT32_MAX, "line", &v, e);
	if (rc)
		return rc;
	for (*ret_i = 0; *ret_i < n; ++*ret_i)
		if (d->s->p.pos[*ret_i].line == v)
			return 0;
	return err_set(e, EINVAL, "line %llu has no instruction", (unsigned long long)v);
}

static void add_breakpoints(struct session *d)
{
	bool any = d->break_accept || d->break_reject;

	if (d->break_accept)
		str_add(&d->out, "stops where a packet is accepted\n");
	if (d->break_reject)
		str_add(&d->out, "stops where a packet is rejected\n");
	for (unsigned int i = 0; i < d->s->p.prog.len; i++) {
		if (!d->breakpoints[i])
			continue;
		step_add_insn(d->s, i, &d->out);
		str_addc(&d->out, '\n');
		any = true;
	}
	if (!any)
		str_add(&d->out, "no breakpoints\n");
}

static int set_break(struct session *d, const char *args, bool on, struct err *e)
{
	unsigned int i;
	int rc;

	if (streq(args, "accept")) {
		d->break_accept = on;
		return 0;
	}
	if (streq(args, "reject")) {
		d->break_reject = on;
		return 0;
	}
	rc = find_place(d, args, &i, e);
	if (rc)
		return rc;
	d->breakpoints[i] = on;
	if (on) {
		step_add_insn(d->s, i, &d->out);
		str_addc(&d->out, '\n');
	}
	return 0;
}

static int cmd_break(struct session *d, const char *args, struct err *e)
{
	if (*args)
		return set_break(d, args, true, e);
	add_breakpoints(d);
	return 0;
}

static int cmd_delete(struct session *d, const char *args, struct err *e)
{
	if (*args)
		return set_break(d, args, false, e);
	memset(d->breakpoints, 0, d->s->p.prog.len * sizeof(*d->breakpoints));
	d->break_accept = d->break_reject = false;
	return 0;
}

/* What the protocol table makes of the packet. */
static void add_fields(struct session *d)
{
	const struct render_meta meta = { .number = d->packets.n,
					  .dir = d->packets.p.dir,
					  .vlan_tpid = d->packets.p.vlan_tpid,
					  .vlan_tci = d->packets.p.vlan_tci };
	const struct render_style style = { .numeric = true, .no_payload = true };

	render_text(&d->out, &d->packets.walk, &meta, &style);
}

/* M[k] */
static int print_memory(struct session *d, const char *args, struct err *e)
{
	char text[8] = { 0 };
	uint64_t m;
	int rc;

	memcpy(text, args + 2, MIN(strlen(args) - 3, sizeof(text) - 1));
	rc = num_parse(text, NUM_PLAIN, 0, BPF_MEMWORDS - 1, "M", &m, e);
	if (rc == 0)
		str_addf(&d->out, "M[%u]=0x%x (%u)\n", (unsigned int)m, d->sim.mem[m],
			 d->sim.mem[m]);
	return rc;
}

static int cmd_print(struct session *d, const char *args, struct err *e)
{
	int rc;

	rc = need_packet(d, e);
	if (rc)
		return rc;
	if (!*args) {
		step_add_registers(&d->sim, &d->out);
		str_addc(&d->out, '\n');
		add_place(d);
	} else if (streq(args, "a") || streq(args, "A")) {
		str_addf(&d->out, "A=0x%x (%u)\n", d->sim.a, d->sim.a);
	} else if (streq(args, "x") || streq(args, "X")) {
		str_addf(&d->out, "X=0x%x (%u)\n", d->sim.x, d->sim.x);
	} else if (streq(args, "packet")) {
		add_packet(d);
		render_dump(&d->out, d->packets.p.data, d->packets.p.cap_len, 0, "  ");
	} else if (streq(args, "fields")) {
		add_fields(d);
	} else if ((*args == 'M' || *args == 'm') && args[1] == '[' && str_ends(args, "]")) {
		return print_memory(d, args, e);
	} else {
		return err_set(e, EINVAL, "print: '%s' is none of: a, x, M[k], packet, fields",
			       args);
	}
	return 0;
}

static int cmd_list(struct session *d, const char *args, struct err *e)
{
	if (*args)
		return err_set(e, EINVAL, "list: takes no argument");
	for (unsigned int i = 0; i < d->s->p.prog.len; i++) {
		AUTO(str_free) struct str field = { 0 };
		bool here = d->packets.n && d->sim.pc == i;

		str_add(&d->out, here ? "=>" : d->breakpoints[i] ? "* " : "  ");
		step_add_insn(d->s, i, &d->out);
		fieldname_add(d->names, i, &field);
		if (field.len)
			str_addf(&d->out, "    ; %s", str_text(&field));
		str_addc(&d->out, '\n');
	}
	return 0;
}

static int cmd_quit(struct session *d, const char *args, struct err *e)
{
	(void)e;
	d->quit = !*args;
	return *args ? err_set(e, EINVAL, "quit: takes no argument") : 0;
}

static int cmd_help(struct session *d, const char *args, struct err *e);

static const struct command commands[] = {
	{ "run", "", "run this packet from its beginning to a breakpoint or its verdict", cmd_run },
	{ "step", "[N]", "execute N instructions, or one", cmd_step },
	{ "continue", "", "run on, packet after packet, to a breakpoint", cmd_continue },
	{ "break", "[N|line N|accept|reject]",
	  "stop before instruction N, or at a verdict; show what is set", cmd_break },
	{ "delete", "[N|line N|accept|reject]", "remove that breakpoint, or all", cmd_delete },
	{ "print", "[a|x|M[k]|packet|fields]",
	  "show registers and place, one of them, the bytes, or the headers", cmd_print },
	{ "packet", "[N]", "go to packet N, or to the next one", cmd_packet },
	{ "back", "[N]", "take N instructions back, or one", cmd_back },
	{ "list", "", "show the program", cmd_list },
	{ "help", "", "show this list", cmd_help },
	{ "quit", "", "end", cmd_quit },
};

static int cmd_help(struct session *d, const char *args, struct err *e)
{
	if (*args)
		return err_set(e, EINVAL, "help: takes no argument");
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		size_t begin = d->out.len;

		str_addf(&d->out, "%s %s", commands[i].name, commands[i].args);
		str_pad(&d->out, ' ', MAX(34 - (int)(d->out.len - begin), 1));
		str_addf(&d->out, "%s\n", commands[i].does);
	}
	str_add(&d->out, "Names may be cut short (p is print, b is break); # begins a comment.\n");
	return 0;
}

const struct command *debug_command(const char *name, size_t n_bytes, struct err *e)
{
	const struct command *found = NULL;

	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strncmp(commands[i].name, name, n_bytes))
			continue;
		if (found && n_bytes == 1)
			continue; /* a single letter is the first of them */
		if (found) {
			err_set(e, EINVAL, "'%.*s' could be %s or %s",
				(int)MIN(n_bytes, (size_t)40), name, found->name, commands[i].name);
			return NULL;
		}
		found = &commands[i];
	}
	if (!found)
		err_set(e, EINVAL, "'%.*s' is no command; 'help' lists them",
			(int)MIN(n_bytes, (size_t)40), name);
	return found;
}
