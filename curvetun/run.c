// SPDX-License-Identifier: GPL-2.0-or-later
/* run - see run.h. The order is the point: files, sockets and the device are opened with privilege,
 * which is gone before the first byte from outside is read. */
#include "run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netlink/socket.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "aead.h"
#include "base/log.h"
#include "device.h"
#include "harden.h"
#include "link.h"
#include "lists.h"
#include "resolver.h"
#include "roster.h"
#include "stun.h"
#include "stamps.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/nl.h"
#include "sys/sig.h"
#include "tunnel.h"

/* A tunnel and what it is made of. */
struct run {
	const struct job *job;
	const struct folder *folder;
	struct identity id;
	struct client_line *clients;
	struct server_line *servers;
	size_t n_clients, n_servers;
	const struct server_line *to; /* a client's server */
	struct link_conf link;
	struct nl_sock *nl;
	struct device_conf dev;
	struct helper_conf help;
	struct resolver names; /* of a client */
	int sig;
	struct tunnel t;
};

static void run_free(struct run **p)
{
	struct run *r = *p;

	if (!r)
		return;
	link_free(r->t.link);
	owners_free(r->t.owners);
	tcp_free(r->t.tcp);
	core_free(r->t.core_tcp);
	core_free(r->t.core);
	udp_close(&r->t.udp);
	tun_close(&r->t.tun);
	close_p(&r->t.stamps);
	control_close(&r->t.control);
	loop_free(r->t.loop);
	nl_socket_free(r->nl);
	helper_stop(&r->t.helper);
	resolver_stop(&r->names);
	roster_free(r->clients, r->n_clients);
	if (r->servers)
		sodium_memzero(r->servers, r->n_servers * sizeof(r->servers[0]));
	free(r->servers);
	sodium_free(r);
}

/* The file clients or servers. */
static int read_list(struct run *r, struct err *e)
{
	const char *name = r->job->server ? "clients" : "servers";
	AUTO(str_wipe) struct str text = { 0 };
	char path[600];
	int rc = folder_read(r->folder, name, true, &text, e);

	if (rc)
		return rc;
	snprintf(path, sizeof(path), "%s/%s", r->folder->path, name);
	if (r->job->server)
		return lists_clients(path, str_text(&text), text.len, &r->clients, &r->n_clients,
				     e);
	return lists_servers(path, str_text(&text), text.len, &r->servers, &r->n_servers, e);
}

/* --- a server --------------------------------------------------------------------------------- */

static int make_cores(struct run *r, struct core_conf *conf, bool tcp, struct err *e)
{
	int rc = core_new(conf, &r->t.core, e);

	if (rc || !tcp)
		return rc;
	conf->carrier = CARRIER_TCP;
	return core_new(conf, &r->t.core_tcp, e);
}

static int make_server(struct run *r, struct core_conf *conf, struct err *e)
{
	struct client_line *lines = TAKE(r->clients, NULL);
	size_t n = TAKE(r->n_clients, 0);
	int rc;

	if (!n)
		return err_set(e, ENOENT, "%s/clients names nobody who may connect", r->folder->path);
	conf->server = true;
	conf->n_peers = MIN(n + ROSTER_SPARE, (size_t)CORE_PEERS_MAX);
	rc = make_cores(r, conf, !r->job->udp_only, e);
	if (rc) {
		roster_free(lines, n);
		return rc;
	}
	return roster_apply(&r->t, lines, n, &r->clients, &r->n_clients, e);
}

/* The file clients was changed: who is still in it notices nothing. */
static int reload(struct run *r, struct err *e)
{
	AUTO(close_p) int fd = helper_clients(&r->t.helper, e);
	AUTO(str_wipe) struct str text = { 0 };
	struct client_line *lines;
	size_t n;
	int rc;

	if (fd < 0)
		return fd;
	rc = fd_read_text(fd, "clients", FOLDER_TEXT_MAX, &text, e);
	rc = rc ? rc : lists_clients("clients", str_text(&text), text.len, &lines, &n, e);
	if (rc)
		return rc;
	return roster_apply(&r->t, lines, n, &r->clients, &r->n_clients, e);
}

/* --- a client --------------------------------------------------------------------------------- */

/* The server that the command line names, else the first. */
static int choose(struct run *r, struct err *e)
{
	const char *alias = r->job->client;
	size_t i;

	alias += *alias == '=';
	for (i = 0; i < r->n_servers && !r->to; i++)
		if (!*alias || streq(r->servers[i].alias, alias))
			r->to = &r->servers[i];
	if (r->to)
		return 0;
	return *alias ? err_set(e, ENOENT, "%s/servers has no '%.63s'", r->folder->path, alias) :
			err_set(e, ENOENT, "%s/servers names no server", r->folder->path);
}

/* True if none of the hosts is a name. */
static bool all_numeric(const char *hosts)
{
	char copy[LISTS_HOST], *rest = copy, *host;
	uint8_t addr[16];

	snprintf(copy, sizeof(copy), "%s", hosts);
	while ((host = strsep(&rest, ",")))
		if (inet_pton(AF_INET, host, addr) != 1 && inet_pton(AF_INET6, host, addr) != 1)
			return false;
	return true;
}

/* The addresses of the server's hosts; names may be looked up again. */
static int resolve(struct run *r, struct err *e)
{
	int n;

	snprintf(r->names.hosts, sizeof(r->names.hosts), "%s", r->to->host);
	r->names.port = r->to->port;
	resolver_ask(&r->names);
	n = resolver_answer(&r->names, r->link.addrs);
	if (n <= 0)
		return err_set(e, EHOSTUNREACH, "look up the server %s: no address is known",
			       r->to->host);
	r->link.n_addrs = n;
	if (all_numeric(r->to->host))
		resolver_stop(&r->names);
	r->link.names = &r->names;
	return 0;
}

static int make_client(struct run *r, struct core_conf *conf, struct err *e)
{
	const struct server_line *to;
	struct peer *p;
	int rc = choose(r, e);

	to = r->to;
	rc = rc ? rc : resolve(r, e);
	if (rc)
		return rc;
	conf->n_peers = 1;
	memcpy(conf->server_key, to->key, NOISE_KEY);
	rc = make_cores(r, conf, to->tcp || !to->only, e);
	rc = rc ? rc : core_add(r->t.core, to->key, to->has_psk ? to->psk : NULL, &p, e);
	if (rc)
		return rc;
	p->name = to->alias;
	rc = roster_twin(&r->t, p, e);
	r->link.keepalive_ns = to->keepalive_s * NS_PER_S;
	r->link.mtu = conf->mtu;
	r->link.first = to->tcp ? CARRIER_TCP : CARRIER_UDP;
	r->link.peer[CARRIER_UDP] = to->tcp && to->only ? NULL : p;
	r->link.peer[CARRIER_TCP] = p->twin;
	return rc;
}

/* --- both ------------------------------------------------------------------------------------- */

static int set_up_device(struct run *r, struct err *e)
{
	int rc = device_read(r->job, &r->dev, e);

	rc = rc ? rc : nl_open(NETLINK_ROUTE, &r->nl, e);
	rc = rc ? rc : device_open(&r->dev, r->nl, &r->t.tun, e);
	if (!rc) /* should it be made again it has the same name */
		snprintf(r->dev.name, sizeof(r->dev.name), "%s", r->t.tun.name);
	return rc;
}

static int on_signal(void *arg, uint64_t events UNUSED, struct err *e UNUSED)
{
	struct run *r = arg;
	struct err own = { 0 };
	enum sig_event ev;

	while ((ev = sig_next(r->sig)) != SIG_EVENT_NONE) {
		if (ev == SIG_EVENT_STOP)
			loop_stop(r->t.loop);
		if (ev != SIG_EVENT_ROTATE || !r->job->server)
			continue;
		if (reload(r, &own))
			log_warn("the clients stay as they were: %s", own.text);
		else
			log_info("%zu clients", r->n_clients);
	}
	return 0;
}

/* No answer is no reason not to run. */
static int ask_stun(struct run *r, struct err *e)
{
	char text[INET6_ADDRSTRLEN + 10];
	struct sockaddr_in6 at;
	int fd = r->t.udp.strangers >= 0 ? r->t.udp.strangers : r->t.udp.fd;
	int rc = stun_ask(fd, r->job->stun, &at, e);

	if (rc == -ETIMEDOUT)
		log_warn("%s", e->text);
	else if (!rc)
		log_warn("seen from outside as %s", addr_text(&at, text, sizeof(text)));
	return rc == -ETIMEDOUT ? 0 : rc;
}

static int open_all(struct run *r, struct err *e)
{
	struct core_conf conf = { .own = &r->id.keys, .mtu = r->job->mtu };
	int rc = folder_read_keys(r->folder, &r->id, e);

	rc = rc ? rc : read_list(r, e);
	if (rc)
		return rc;
	conf.can = MSG_CAN_CSUM | (aead_aes_fast() ? MSG_CAN_AES : 0);
	rc = r->job->server ? make_server(r, &conf, e) : make_client(r, &conf, e);
	rc = rc ? rc : stamps_open(r->folder, r->t.core, &r->t.stamps, e);
	rc = rc ? rc : udp_open(r->job->server ? r->job->port : 0, true, &r->t.udp, e);
	if (!rc && r->t.udp.rcvbuf < UDP_BUFFER)
		log_info("the socket's buffers are %d and %d bytes, not %d: net.core.rmem_max and wmem_max are lower",
			 r->t.udp.rcvbuf, r->t.udp.sndbuf, UDP_BUFFER);
	rc = rc || !r->job->stun ? rc : ask_stun(r, e);
	if (!rc && r->t.core_tcp)
		rc = tcp_open(r->job->server ? r->job->port : 0, &r->t.tcp, e);
	rc = rc ? rc : set_up_device(r, e);
	rc = rc ? rc : loop_new(&r->t.loop, e);
	rc = rc ? rc : control_open(r->folder, r->job->server ? NULL : r->to->alias,
				    &r->t.control, e);
	rc = rc ? rc : sig_open(&r->sig, e);
	rc = rc ? rc : loop_add(r->t.loop, r->sig, EPOLLIN, on_signal, r, e);
	if (!rc && !r->job->server)
		rc = link_new(&r->t, &r->link, e);
	return rc;
}

static int start_helper(struct run *r, struct err *e)
{
	int mark = HELPER_MARK;

	r->help.folder = r->folder;
	r->help.socket_name = r->t.control.file;
	r->help.ifindex = r->t.tun.ifindex;
	r->help.dev = &r->dev;
	if (helper_marks(&r->help) &&
	    setsockopt(r->t.udp.fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) < 0)
		return err_sys(e, errno, "mark packets of the tunnel");
	return helper_start(&r->help, &r->t.helper, e);
}

/* The parent ends when everything is open: a script that started it can go on. */
static int go_to_background(struct run *r, struct err *e)
{
	if (daemon(0, 0))
		return err_sys(e, errno, "go to the background");
	log_to_syslog();
	log_info("%s is up", r->t.tun.name);
	return 0;
}

int run_tunnel(const struct job *job, const struct folder *f, struct err *e)
{
	/* Its end, not its beginning, lies on the border of a page. */
	AUTO(run_free) struct run *r = sodium_malloc(ALIGN_UP(sizeof(*r), 64));
	int rc;

	if (!r)
		return err_sys(e, ENOMEM, "tunnel");
	memset(r, 0, sizeof(*r));
	r->job = job;
	r->folder = f;
	r->t.udp.fd = r->t.udp.strangers = r->t.tun.fd = r->t.stamps = r->t.helper.fd = r->sig = -1;
	r->t.control.fd = r->t.control.to = r->names.fd = -1;
	r->t.no_names = job->no_names;
	r->t.dscp = job->dscp;
	r->t.only4 = job->ipv4 && !job->ipv6;
	r->t.only6 = job->ipv6 && !job->ipv4;
	rc = job->server ? 0 : resolver_start(harden_user(job->run_as), &r->names, e);
	rc = rc ? rc : open_all(r, e);
	rc = rc ? rc : tunnel_start(&r->t, e);
	if (!rc && !job->no_fork)
		rc = go_to_background(r, e);
	rc = rc ? rc : start_helper(r, e);
	rc = rc ? rc : harden(job->run_as, r->to && r->t.tcp ? r->to->port : 0, e);
	if (rc)
		return rc;
	if (job->no_fork)
		log_info("%s is up", r->t.tun.name);
	rc = job->server ? 0 : link_begin(r->t.link, clock_mono_ns(), e);
	return rc ? rc : loop_run(r->t.loop, e);
}
