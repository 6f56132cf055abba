// SPDX-License-Identifier: GPL-2.0-or-later
/* dropwords - see dropwords.h. Sources: include/net/dropreason-core.h, RFC 4293, 4022, 4113, the
 * kernel's snmp_counter.rst. */
#include "dropwords.h"

#include <string.h>

#include "base/attr.h"
#include "base/str.h"

#define LOSS true
#define HARMLESS false

static const struct dropword reasons[] = {
	{ "NOT_SPECIFIED", LOSS, "dropped at a place that gives no reason" },
	{ "NO_SOCKET", HARMLESS, "nobody listens on that port" },
	{ "SOCKET_CLOSE", HARMLESS, "the socket was closed with packets in it" },
	{ "SOCKET_FILTER", HARMLESS, "a filter of the socket rejected it" },
	{ "SOCKET_RCVBUFF", LOSS, "the receive buffer of the socket was full" },
	{ "SOCKET_BACKLOG", LOSS, "the backlog of the socket was full" },
	{ "SOCKET_PROTO_MEM", LOSS, "the protocol has no memory left" },
	{ "UNIX_DISCONNECT", HARMLESS, "a Unix socket went away" },
	{ "UNIX_SKIP_OOB", HARMLESS, "urgent byte of a Unix socket that nobody read" },
	{ "PKT_TOO_SMALL", LOSS, "shorter than its headers say" },
	{ "TCP_CSUM", LOSS, "TCP checksum is wrong" },
	{ "UDP_CSUM", LOSS, "UDP checksum is wrong" },
	{ "IP_CSUM", LOSS, "IPv4 header checksum is wrong" },
	{ "ICMP_CSUM", LOSS, "ICMP checksum is wrong" },
	{ "IP_INHDR", LOSS, "IP header is wrong" },
	{ "IP_RPFILTER", HARMLESS, "reverse path filter: no route back to the sender" },
	{ "IP_INADDRERRORS", HARMLESS, "address that cannot be" },
	{ "IP_INNOROUTES", LOSS, "no route for it" },
	{ "IP_OUTNOROUTES", LOSS, "no route to send it by" },
	{ "IP_NOPROTO", HARMLESS, "protocol that is not known here" },
	{ "IP_TTL_EXPIRED", LOSS, "TTL or hop limit came to its end here" },
	{ "INVALID_DST", LOSS, "no way to its destination" },
	{ "UNICAST_IN_L2_MULTICAST", HARMLESS, "unicast packet in a multicast frame" },
	{ "OTHERHOST", HARMLESS, "for another host's hardware address" },
	{ "XFRM_POLICY", HARMLESS, "refused by an IPsec policy" },
	{ "NETFILTER_DROP", HARMLESS, "a rule of nftables or iptables dropped it" },
	{ "CPU_BACKLOG", LOSS, "the CPU's backlog was full (net.core.netdev_max_backlog)" },
	{ "XDP", HARMLESS, "an XDP program of the stack dropped it" },
	{ "TC_INGRESS", HARMLESS, "a filter of tc at ingress dropped it" },
	{ "TC_EGRESS", HARMLESS, "a filter of tc at egress dropped it" },
	{ "TC_RECLASSIFY_LOOP", LOSS, "filters of tc went round in a circle" },
	{ "TC_COOKIE_ERROR", LOSS, "a classifier of tc lost its place" },
	{ "TC_CHAIN_NOTFOUND", LOSS, "a filter of tc jumped to a chain that is not there" },
	{ "QDISC_DROP", LOSS, "the queue before the device was full" },
	{ "QDISC_OVERLIMIT", LOSS, "the queue before the device was over its limit" },
	{ "QDISC_CONGESTED", LOSS, "the queue before the device was congested (AQM)" },
	{ "QDISC_CORRUPTED", LOSS, "the queue before the device spoilt it on purpose (netem)" },
	{ "UNHANDLED_PROTO", HARMLESS, "no protocol here takes it" },
	{ "SKB_CSUM", LOSS, "checksum could not be computed" },
	{ "SKB_GSO_SEG", LOSS, "could not be cut into segments" },
	{ "SKB_UCOPY_FAULT", LOSS, "the program's memory could not be read" },
	{ "DEV_HDR", LOSS, "link header could not be made" },
	{ "DEV_READY", LOSS, "the device is not up" },
	{ "FULL_RING", LOSS, "the ring of the device was full" },
	{ "NOMEM", LOSS, "no memory" },
	{ "HDR_TRUNC", LOSS, "header could not be read" },
	{ "TAP_FILTER", HARMLESS, "a filter of the tap device" },
	{ "TAP_TXFILTER", HARMLESS, "a filter of the tap device" },
	{ "NEIGH_CREATEFAIL", LOSS, "no entry for the neighbour could be made" },
	{ "NEIGH_FAILED", LOSS, "the neighbour does not answer (ARP, ND)" },
	{ "NEIGH_QUEUEFULL", LOSS, "too many packets wait for the neighbour's address" },
	{ "NEIGH_DEAD", LOSS, "the neighbour's entry is gone" },
	{ "DUP_FRAG", HARMLESS, "fragment that came twice" },
	{ "FRAG_REASM_TIMEOUT", LOSS, "other fragments did not come in time" },
	{ "FRAG_TOO_FAR", LOSS, "fragments too far out of order" },
	{ "PKT_TOO_BIG", LOSS, "larger than the way takes" },
	{ "IPV6_BAD_EXTHDR", LOSS, "extension header is wrong" },
	{ "IPV6DISABLED", HARMLESS, "IPv6 is switched off here" },
	{ "TCP_OLD_DATA", HARMLESS, "data that was received before" },
	{ "TCP_OFOMERGE", HARMLESS, "joined to data that is there" },
	{ "TCP_OLD_SEQUENCE", HARMLESS, "segment from before" },
	{ "TCP_OLD_ACK", HARMLESS, "acknowledgement from before" },
	{ "TCP_ACK_UNSENT_DATA", HARMLESS, "acknowledges what was not sent" },
	{ "TCP_TOO_OLD_ACK", HARMLESS, "acknowledgement that is too old" },
	{ "TCP_INVALID_SEQUENCE", HARMLESS, "outside of the window" },
	{ "TCP_INVALID_ACK_SEQUENCE", HARMLESS, "acknowledgement outside of the window" },
	{ "TCP_RESET", HARMLESS, "a reset ended the connection" },
	{ "TCP_CLOSE", HARMLESS, "for a connection that is closed" },
	{ "TCP_FLAGS", HARMLESS, "flags that do not fit the state" },
	{ "TCP_ZEROWINDOW", LOSS, "sent into a window of 0" },
	{ "TCP_OVERWINDOW", LOSS, "more than the window takes" },
	{ "TCP_OFO_DROP", LOSS, "no room for data out of order" },
	{ "TCP_OFO_QUEUE_PRUNE", LOSS, "data out of order had to make room" },
	{ "TCP_RFC7323_PAWS", HARMLESS, "time stamp from before (PAWS)" },
	{ "TCP_LISTEN_OVERFLOW", LOSS, "the accept queue was full" },
	{ "TCP_REQQFULLDROP", LOSS, "too many connections half open" },
	{ "TCP_MD5NOTFOUND", HARMLESS, "without the signature that is wanted" },
	{ "TCP_MD5FAILURE", HARMLESS, "signature is wrong" },
	{ "BPF_CGROUP_EGRESS", HARMLESS, "a BPF program of a cgroup dropped it" },
	{ "LWTUNNEL", HARMLESS, "tunnel of a route dropped it" },
	{ "VLAN_HOST", HARMLESS, "VLAN that nobody has here" },
	{ "VXLAN_VNI_NOT_FOUND", HARMLESS, "VXLAN network that nobody has here" },
	{ "LOCAL_MAC", HARMLESS, "comes from our own hardware address" },
	{ "ARP_PVLAN_DISABLE", HARMLESS, "ARP for a private VLAN" },
	{ "PACKET_SOCK_ERROR", LOSS, "a packet socket could not take it" },
	{ "PSP_INPUT", HARMLESS, "PSP packet that does not belong" },
};

static const struct dropword protocols[] = {
	{ "Ip.InHdrErrors", LOSS, "header wrong, or TTL at its end" },
	{ "Ip.InAddrErrors", HARMLESS, "for an address that is not ours" },
	{ "Ip.InUnknownProtos", HARMLESS, "protocol that is not known here" },
	{ "Ip.InDiscards", LOSS, "received and dropped for want of memory" },
	{ "Ip.OutDiscards", LOSS, "dropped while sending" },
	{ "Ip.OutNoRoutes", LOSS, "no route to send it by" },
	{ "Ip.ReasmFails", LOSS, "fragments that could not be put together" },
	{ "Ip.FragFails", LOSS, "could not be cut into fragments" },
	{ "IpExt.InNoRoutes", LOSS, "no route for it" },
	{ "IpExt.InTruncatedPkts", LOSS, "shorter than its header says" },
	{ "IpExt.InCsumErrors", LOSS, "IPv4 header checksum is wrong" },
	{ "Icmp.InErrors", LOSS, "ICMP that is wrong" },
	{ "Icmp.InCsumErrors", LOSS, "ICMP checksum is wrong" },
	{ "Tcp.InErrs", LOSS, "TCP that is wrong, checksums too" },
	{ "Tcp.InCsumErrors", LOSS, "TCP checksum is wrong" },
	{ "Udp.NoPorts", HARMLESS, "nobody listens on that port" },
	{ "Udp.InErrors", LOSS, "UDP that could not be delivered, of every kind" },
	{ "Udp.RcvbufErrors", LOSS, "the receive buffer of a socket was full" },
	{ "Udp.SndbufErrors", LOSS, "the send buffer of a socket was full" },
	{ "Udp.InCsumErrors", LOSS, "UDP checksum is wrong" },
	{ "Udp.MemErrors", LOSS, "UDP has no memory left" },
	{ "TcpExt.ListenOverflows", LOSS, "the accept queue was full" },
	{ "TcpExt.ListenDrops", LOSS, "connections dropped at a listening socket" },
	{ "TcpExt.TCPBacklogDrop", LOSS, "the backlog of a socket was full" },
	{ "TcpExt.TCPRcvQDrop", LOSS, "the receive buffer of a socket was full" },
	{ "TcpExt.TCPOFODrop", LOSS, "no room for data out of order" },
	{ "TcpExt.TCPReqQFullDrop", LOSS, "too many connections half open" },
	{ "TcpExt.TCPZeroWindowDrop", LOSS, "came into a window of 0" },
	{ "TcpExt.PFMemallocDrop", LOSS, "memory reserve is not for this socket" },
	{ "TcpExt.IPReversePathFilter", HARMLESS, "no route back to the sender" },
	{ "TcpExt.PAWSEstab", HARMLESS, "time stamp from before (PAWS)" },
	{ "Ip6.InHdrErrors", LOSS, "header wrong, or hop limit at its end" },
	{ "Ip6.InTooBigErrors", LOSS, "larger than the way takes" },
	{ "Ip6.InNoRoutes", LOSS, "no route for it" },
	{ "Ip6.InAddrErrors", HARMLESS, "for an address that is not ours" },
	{ "Ip6.InUnknownProtos", HARMLESS, "protocol that is not known here" },
	{ "Ip6.InTruncatedPkts", LOSS, "shorter than its header says" },
	{ "Ip6.InDiscards", LOSS, "received and dropped for want of memory" },
	{ "Ip6.OutDiscards", LOSS, "dropped while sending" },
	{ "Ip6.OutNoRoutes", LOSS, "no route to send it by" },
	{ "Udp6.NoPorts", HARMLESS, "nobody listens on that port" },
	{ "Udp6.InErrors", LOSS, "UDP that could not be delivered, of every kind" },
	{ "Udp6.RcvbufErrors", LOSS, "the receive buffer of a socket was full" },
	{ "Udp6.InCsumErrors", LOSS, "UDP checksum is wrong" },
	{ "Icmp6.InErrors", LOSS, "ICMPv6 that is wrong" },
	{ "Icmp6.InCsumErrors", LOSS, "ICMPv6 checksum is wrong" },
};

static const struct dropword devices[] = {
	{ "rx_errors", LOSS, "bad packets, of every kind" },
	{ "tx_errors", LOSS, "could not be sent, of every kind" },
	{ "rx_dropped", LOSS, "not processed: no memory, or no protocol takes it" },
	{ "tx_dropped", LOSS, "dropped on the way to the wire" },
	{ "rx_length_errors", LOSS, "length that cannot be" },
	{ "rx_over_errors", LOSS, "the receiver was full" },
	{ "rx_crc_errors", LOSS, "wrong checksum of the frame: cable, optics, duplex" },
	{ "rx_frame_errors", LOSS, "not aligned to bytes: cable, duplex" },
	{ "rx_fifo_errors", LOSS, "the queue of the device ran over" },
	{ "rx_missed_errors", LOSS, "the host had no buffer ready: ring too small, CPU too slow" },
	{ "tx_aborted_errors", LOSS, "given up while sending" },
	{ "tx_carrier_errors", LOSS, "carrier lost while sending" },
	{ "tx_fifo_errors", LOSS, "the sender of the device ran empty" },
	{ "tx_heartbeat_errors", LOSS, "no heartbeat after sending" },
	{ "tx_window_errors", LOSS, "collision too late: duplex" },
	{ "rx_nohandler", HARMLESS, "on an inactive member of a bond or team" },
	{ "rx_otherhost_dropped", HARMLESS, "for another host's hardware address" },
};

static const struct dropword *find(const struct dropword *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (streq(list[i].name, name))
			return &list[i];
	return NULL;
}

const struct dropword *dropword_reason(const char *name)
{
	static const struct dropword other = { "", LOSS, "a reason without a sentence here" };
	const struct dropword *w = find(reasons, ARRAY_SIZE(reasons), name);

	return w ? w : &other;
}

const struct dropword *dropword_protocol(const char *name)
{
	return find(protocols, ARRAY_SIZE(protocols), name);
}

const struct dropword *dropword_device(const char *name)
{
	return find(devices, ARRAY_SIZE(devices), name);
}

const struct dropword *dropword_driver(const char *name)
{
	static const struct dropword standard[] = {
		{ "phy.SymbolErrorDuringCarrier", LOSS, "the line is disturbed (802.3 30.3.2.1.5)" },
		{ "mac.FrameCheckSequenceErrors", LOSS, "wrong checksum of the frame: cable, optics, duplex" },
		{ "mac.AlignmentErrors", LOSS, "not a whole number of bytes: cable, duplex" },
		{ "mac.LateCollisions", LOSS, "collision after 64 bytes: duplex of the two ends differs" },
		{ "mac.FramesAbortedDueToXSColls", LOSS, "given up after 16 collisions" },
		{ "mac.FramesLostDueToIntMACXmitError", LOSS, "the device lost it while sending" },
		{ "mac.CarrierSenseErrors", LOSS, "the carrier was gone while sending" },
		{ "mac.FramesLostDueToIntMACRcvError", LOSS, "the device lost it while receiving" },
		{ "mac.InRangeLengthErrors", LOSS, "its length field and its length differ" },
		{ "mac.OutOfRangeLengthField", HARMLESS, "length field that is none (often a type)" },
		{ "mac.FrameTooLongErrors", LOSS, "longer than the device takes: MTU of the far end" },
		{ "ctrl.UnsupportedOpcodesReceived", HARMLESS, "MAC control frame that is not known here" },
		{ "rmon.UndersizePkts", LOSS, "shorter than 64 bytes" },
		{ "rmon.OversizePkts", LOSS, "longer than the device takes: MTU of the far end" },
		{ "rmon.Fragments", LOSS, "shorter than 64 bytes with a wrong checksum: collision, cable" },
		{ "rmon.Jabbers", LOSS, "too long with a wrong checksum: the far end is faulty" },
	};
	/* The first part that fits tells: pauses are no loss, whatever else stands in the name. */
	static const struct dropword parts[] = {
		{ "pause", HARMLESS, "the other end asked for a pause, or was asked" },
		{ "xdp_drop", HARMLESS, "an XDP program dropped it" },
		{ "no_buffer", LOSS, "no buffer was ready: ring too small, CPU too slow" },
		{ "nobuf", LOSS, "no buffer was ready: ring too small, CPU too slow" },
		{ "out_of_buffer", LOSS, "no buffer was ready: ring too small, CPU too slow" },
		{ "alloc_fail", LOSS, "no memory for a buffer" },
		{ "missed", LOSS, "the host had no buffer ready" },
		{ "fifo", LOSS, "a queue of the device ran over" },
		{ "overrun", LOSS, "a queue of the device ran over" },
		{ "crc", LOSS, "wrong checksum of the frame: cable, optics, duplex" },
		{ "fcs", LOSS, "wrong checksum of the frame: cable, optics, duplex" },
		{ "csum_err", LOSS, "wrong checksum of the packet" },
		{ "symbol", LOSS, "the line is disturbed" },
		{ "discard", LOSS, "the driver dropped it" },
		{ "drop", LOSS, "the driver dropped it" },
		{ "err", LOSS, "an error of the driver's own name" },
		{ "timeout", LOSS, "the device did not answer in time" },
	};

	const struct dropword *w = find(standard, ARRAY_SIZE(standard), name);

	for (size_t i = 0; !w && i < ARRAY_SIZE(parts); i++)
		if (strstr(name, parts[i].name))
			w = &parts[i];
	return w;
}
