// SPDX-License-Identifier: GPL-2.0-or-later
/* names_lists - numbers and names, sorted by number; for names.c alone. From the IANA registries of
 * ethertypes, protocol numbers and ports, linux/if_arp.h and linux/if_ether.h, and the IEEE's list
 * of organisations, cut down to what is met often. */
#ifndef PROTO_NAMES_LISTS_H
#define PROTO_NAMES_LISTS_H

#include <stdint.h>

struct number_name {
	uint32_t value;
	const char *name;
};

static const struct number_name ethertypes[] = {
	{ 0x0001, "802.3" }, { 0x0003, "all" }, { 0x0004, "llc" }, { 0x000c, "can" },
	{ 0x000d, "canfd" }, { 0x0017, "phonet" }, { 0x00f5, "dsa" }, { 0x0800, "ip" },
	{ 0x0806, "arp" }, { 0x0842, "wol" }, { 0x22ea, "srp" }, { 0x22eb, "erspan-3" },
	{ 0x22f0, "avtp" }, { 0x22f3, "trill" }, { 0x6002, "dec-mop" }, { 0x6003, "decnet" },
	{ 0x6558, "teb" }, { 0x6559, "frame-relay" }, { 0x8035, "rarp" }, { 0x809b, "appletalk" }, { 0x80f3, "aarp" },
	{ 0x8100, "vlan" }, { 0x8137, "ipx" }, { 0x86dd, "ip6" },
	{ 0x876b, "tcp-ip-compression" }, { 0x8808, "pause" }, { 0x8809, "slow" },
	{ 0x880b, "ppp" }, { 0x8819, "cobranet" }, { 0x8847, "mpls" },
	{ 0x8848, "mpls-multicast" }, { 0x8863, "pppoe-discovery" }, { 0x8864, "pppoe" },
	{ 0x886d, "ans" }, { 0x8870, "jumbo-llc" }, { 0x887b, "homeplug" }, { 0x888e, "eapol" },
	{ 0x8892, "profinet" }, { 0x889a, "hyperscsi" }, { 0x88a2, "aoe" },
	{ 0x88a4, "ethercat" }, { 0x88a8, "vlan" }, { 0x88ab, "powerlink" },
	{ 0x88b5, "experimental-1" }, { 0x88b6, "experimental-2" }, { 0x88b8, "goose" },
	{ 0x88ba, "sampled-values" }, { 0x88be, "erspan" }, { 0x88bf, "mikrotik" },
	{ 0x88cc, "lldp" }, { 0x88cd, "sercos" }, { 0x88dc, "wsmp" }, { 0x88e1, "homeplug-av" },
	{ 0x88e5, "macsec" }, { 0x88e7, "pbb" }, { 0x88f5, "mvrp" }, { 0x88f6, "mmrp" },
	{ 0x88f7, "ptp" }, { 0x88f8, "ncsi" }, { 0x88fb, "prp" }, { 0x8902, "cfm" },
	{ 0x8906, "fcoe" }, { 0x8909, "cmd" }, { 0x8914, "fcoe-init" }, { 0x8915, "roce" }, { 0x891d, "tte" }, { 0x8926, "vntag" },
	{ 0x892f, "hsr" }, { 0x893f, "etag" }, { 0x8947, "geonetworking" }, { 0x894f, "nsh" },
	{ 0x9000, "loopback" }, { 0x9100, "vlan" }, { 0xf1c1, "frer" },
};

static const struct number_name ip_protos[] = {
	{ 0, "ip6hop" }, { 1, "icmp" }, { 2, "igmp" }, { 3, "ggp" }, { 4, "ip" }, { 5, "st" },
	{ 6, "tcp" }, { 8, "egp" }, { 9, "igp" }, { 12, "pup" }, { 17, "udp" }, { 20, "hmp" },
	{ 22, "xns-idp" }, { 27, "rdp" }, { 29, "iso-tp4" }, { 33, "dccp" }, { 36, "xtp" },
	{ 37, "ddp" }, { 38, "idpr-cmtp" }, { 41, "ip6" }, { 43, "ip6route" }, { 44, "ip6frag" },
	{ 45, "idrp" }, { 46, "rsvp" }, { 47, "gre" }, { 50, "esp" }, { 51, "ah" },
	{ 57, "skip" }, { 58, "icmp6" }, { 59, "none" }, { 60, "ip6dst" }, { 73, "rspf" },
	{ 81, "vmtp" }, { 88, "eigrp" }, { 89, "ospf" }, { 93, "ax.25" }, { 94, "ipip" },
	{ 97, "etherip" }, { 98, "encap" }, { 103, "pim" }, { 105, "scps" }, { 108, "ipcomp" },
	{ 112, "vrrp" }, { 113, "pgm" }, { 115, "l2tp" }, { 124, "isis" }, { 132, "sctp" },
	{ 133, "fc" }, { 135, "mobility" }, { 136, "udplite" }, { 137, "mpls" },
	{ 138, "manet" }, { 139, "hip" }, { 140, "shim6" }, { 141, "wesp" }, { 142, "rohc" },
	{ 143, "ethernet" }, { 255, "raw" }, { 262, "mptcp" },
};

static const struct number_name tcp_ports[] = {
	{ 7, "echo" }, { 9, "discard" }, { 13, "daytime" }, { 20, "ftp-data" }, { 21, "ftp" },
	{ 22, "ssh" }, { 23, "telnet" }, { 25, "smtp" }, { 37, "time" }, { 43, "whois" },
	{ 49, "tacacs" }, { 53, "domain" }, { 70, "gopher" }, { 79, "finger" }, { 80, "http" },
	{ 88, "kerberos" }, { 110, "pop3" }, { 111, "sunrpc" }, { 113, "auth" }, { 119, "nntp" },
	{ 135, "epmap" }, { 139, "netbios-ssn" }, { 143, "imap2" }, { 179, "bgp" },
	{ 194, "irc" }, { 389, "ldap" }, { 443, "https" }, { 445, "microsoft-ds" },
	{ 464, "kpasswd" }, { 465, "submissions" }, { 502, "modbus" }, { 514, "shell" },
	{ 515, "printer" }, { 543, "klogin" }, { 554, "rtsp" }, { 563, "nntps" },
	{ 587, "submission" }, { 631, "ipp" }, { 636, "ldaps" }, { 646, "ldp" },
	{ 853, "domain-s" }, { 873, "rsync" }, { 989, "ftps-data" }, { 990, "ftps" },
	{ 993, "imaps" }, { 995, "pop3s" }, { 1080, "socks" }, { 1194, "openvpn" },
	{ 1433, "ms-sql-s" }, { 1521, "oracle" }, { 1723, "pptp" }, { 1883, "mqtt" },
	{ 2049, "nfs" }, { 2181, "zookeeper" }, { 2379, "etcd" }, { 3128, "squid" },
	{ 3260, "iscsi" }, { 3306, "mysql" }, { 3389, "rdp" }, { 3868, "diameter" },
	{ 5060, "sip" }, { 5061, "sips" }, { 5201, "iperf3" }, { 5222, "xmpp-client" },
	{ 5269, "xmpp-server" }, { 5432, "postgresql" }, { 5672, "amqp" }, { 5900, "vnc" },
	{ 6379, "redis" }, { 6443, "kubernetes" }, { 6514, "syslog-tls" },
	{ 6633, "openflow-old" }, { 6653, "openflow" }, { 8080, "http-alt" },
	{ 8443, "https-alt" }, { 8883, "mqtts" }, { 9000, "cslistener" }, { 9090, "prometheus" },
	{ 9092, "kafka" }, { 9100, "jetdirect" }, { 9200, "elasticsearch" },
	{ 11211, "memcached" }, { 27017, "mongodb" },
};

static const struct number_name udp_ports[] = {
	{ 7, "echo" }, { 9, "discard" }, { 13, "daytime" }, { 37, "time" }, { 49, "tacacs" },
	{ 53, "domain" }, { 67, "bootps" }, { 68, "bootpc" }, { 69, "tftp" }, { 88, "kerberos" },
	{ 111, "sunrpc" }, { 123, "ntp" }, { 137, "netbios-ns" }, { 138, "netbios-dgm" },
	{ 161, "snmp" }, { 162, "snmp-trap" }, { 177, "xdmcp" }, { 319, "ptp-event" },
	{ 320, "ptp-general" }, { 389, "ldap" }, { 443, "https" }, { 464, "kpasswd" },
	{ 500, "isakmp" }, { 514, "syslog" }, { 520, "rip" }, { 521, "ripng" },
	{ 546, "dhcpv6-client" }, { 547, "dhcpv6-server" }, { 646, "ldp" }, { 853, "domain-s" },
	{ 1194, "openvpn" }, { 1645, "radius-old" }, { 1646, "radius-acct-old" },
	{ 1701, "l2tp" }, { 1812, "radius" }, { 1813, "radius-acct" }, { 1900, "ssdp" },
	{ 1985, "hsrp" }, { 2049, "nfs" }, { 2055, "netflow" }, { 2123, "gtp-c" },
	{ 2152, "gtp-u" }, { 3478, "stun" }, { 3544, "teredo" }, { 3784, "bfd" },
	{ 3785, "bfd-echo" }, { 4341, "lisp-data" }, { 4342, "lisp-control" },
	{ 4500, "ipsec-nat-t" }, { 4739, "ipfix" }, { 4754, "gre-udp" }, { 4755, "gre-dtls" },
	{ 4789, "vxlan" }, { 4790, "vxlan-gpe" }, { 5004, "rtp" }, { 5005, "rtcp" },
	{ 5060, "sip" }, { 5061, "sips" }, { 5351, "nat-pmp" }, { 5353, "mdns" },
	{ 5355, "llmnr" }, { 5683, "coap" }, { 5684, "coaps" }, { 6081, "geneve" },
	{ 6343, "sflow" }, { 6635, "mpls-udp" }, { 8472, "otv" }, { 9996, "netflow-alt" },
	{ 33434, "traceroute" }, { 47808, "bacnet" }, { 51820, "wireguard" },
};

static const struct number_name arphrds[] = {
	{ 0, "netrom" }, { 1, "ether" }, { 3, "ax25" }, { 6, "ieee802" }, { 15, "frame-relay" },
	{ 19, "atm" }, { 24, "ieee1394" }, { 27, "eui64" }, { 32, "infiniband" },
	{ 256, "slip" }, { 280, "can" }, { 512, "ppp" }, { 513, "cisco-hdlc" }, { 519, "rawip" },
	{ 768, "ipip" }, { 769, "ip6tnl" }, { 772, "loopback" }, { 774, "fddi" }, { 776, "sit" },
	{ 778, "gre" }, { 801, "ieee80211" }, { 802, "ieee80211-prism" },
	{ 803, "ieee80211-radiotap" }, { 804, "ieee802154" }, { 823, "ip6gre" },
	{ 824, "netlink" }, { 825, "6lowpan" }, { 826, "vsockmon" }, { 65534, "none" },
};

static const struct number_name vendors[] = {
	{ 0x00000c, "Cisco" }, { 0x00005e, "IANA" }, { 0x0002c9, "Mellanox" },
	{ 0x00055d, "D-Link" }, { 0x000569, "VMware" }, { 0x000585, "Juniper" },
	{ 0x000632, "Samsung" }, { 0x000743, "Chelsio" }, { 0x00095b, "Netgear" },
	{ 0x000a95, "Apple" }, { 0x000af7, "Broadcom" }, { 0x000c29, "VMware" },
	{ 0x000f53, "Solarflare" }, { 0x001018, "Broadcom" }, { 0x00105a, "3Com" },
	{ 0x001083, "HP" }, { 0x001315, "Sony" }, { 0x001422, "Dell" }, { 0x001451, "Apple" },
	{ 0x00155d, "Hyper-V" }, { 0x00163e, "Xen" }, { 0x001a4b, "HP" }, { 0x001b21, "Intel" },
	{ 0x001b54, "Cisco" }, { 0x001c73, "Arista" }, { 0x002590, "Supermicro" },
	{ 0x00259e, "Huawei" }, { 0x002722, "Ubiquiti" }, { 0x005056, "VMware" },
	{ 0x00e04c, "Realtek" }, { 0x00e0b0, "Cisco" }, { 0x00e0fc, "Huawei" },
	{ 0x01000c, "Cisco group" }, { 0x01005e, "IPv4 multicast" },
	{ 0x0180c2, "IEEE 802 group" }, { 0x080020, "Sun" }, { 0x080027, "VirtualBox" },
	{ 0x08005a, "IBM" }, { 0x0cc47a, "Supermicro" }, { 0x14cc20, "TP-Link" },
	{ 0x240ac4, "Espressif" }, { 0x248a07, "Mellanox" }, { 0x24a43c, "Ubiquiti" },
	{ 0x30aea4, "Espressif" }, { 0x3c8ab0, "Juniper" },
	{ 0x3cd92b, "HP" }, { 0x3cfdfe, "Intel" }, { 0x444ca8, "Arista" },
	{ 0x4c5e0c, "MikroTik" }, { 0x50c7bf, "TP-Link" }, { 0x525400, "QEMU" },
	{ 0x64d154, "MikroTik" }, { 0x90e2ba, "Intel" }, { 0xa0369f, "Intel" },
	{ 0xac1f6b, "Supermicro" }, { 0xb827eb, "Raspberry Pi" }, { 0xb8ca3a, "Dell" },
	{ 0xb8cef6, "Mellanox" }, { 0xd4bed9, "Dell" }, { 0xdca632, "Raspberry Pi" },
	{ 0xe45f01, "Raspberry Pi" }, { 0xf0189a, "Apple" },
};

#endif
