// SPDX-License-Identifier: GPL-2.0-or-later
/* linktype - see linktype.h. */
#include "proto/linktype.h"

#include <linux/if_arp.h>
#include <stdlib.h>
#include <strings.h>

#include "base/attr.h"
#include "base/str.h"

static const struct linktype_info registry[] = {
	{ 0, 0, "NULL", NULL, "BSD loopback" },
	{ 1, 1, "EN10MB", "ETHERNET", "Ethernet" },
	{ 6, 6, "IEEE802", "IEEE802_5", "Token ring" },
	{ 7, 7, "ARCNET", "ARCNET_BSD", "BSD ARCNET" },
	{ 8, 8, "SLIP", NULL, "SLIP" },
	{ 9, 9, "PPP", NULL, "PPP" },
	{ 10, 10, "FDDI", NULL, "FDDI" },
	{ 50, 50, "PPP_SERIAL", "PPP_HDLC", "PPP over serial" },
	{ 51, 51, "PPP_ETHER", NULL, "PPPoE" },
	{ 99, 99, "SYMANTEC_FIREWALL", NULL, "Symantec Firewall" },
	{ 100, 11, "ATM_RFC1483", NULL, "RFC 1483 LLC-encapsulated ATM" },
	{ 101, 12, "RAW", NULL, "Raw IP" },
	{ 102, 15, "SLIP_BSDOS", NULL, "BSD/OS SLIP" },
	{ 103, 16, "PPP_BSDOS", NULL, "BSD/OS PPP" },
	{ 104, 104, "C_HDLC", NULL, "Cisco HDLC" },
	{ 105, 105, "IEEE802_11", NULL, "802.11" },
	{ 106, 19, "ATM_CLIP", NULL, "Linux Classical IP over ATM" },
	{ 107, 107, "FRELAY", NULL, "Frame Relay" },
	{ 108, 108, "LOOP", NULL, "OpenBSD loopback" },
	{ 109, 109, "ENC", NULL, "OpenBSD encapsulated IP" },
	{ 113, 113, "LINUX_SLL", NULL, "Linux cooked v1" },
	{ 114, 114, "LTALK", NULL, "Localtalk" },
	{ 117, 117, "PFLOG", NULL, "OpenBSD pflog file" },
	{ 119, 119, "PRISM_HEADER", "IEEE802_11_PRISM", "802.11 plus Prism header" },
	{ 122, 122, "IP_OVER_FC", NULL, "RFC 2625 IP-over-Fibre Channel" },
	{ 123, 123, "SUNATM", NULL, "Sun raw ATM" },
	{ 127, 127, "IEEE802_11_RADIO", "IEEE802_11_RADIOTAP", "802.11 plus radiotap header" },
	{ 129, 129, "ARCNET_LINUX", NULL, "Linux ARCNET" },
	{ 130, 130, "JUNIPER_MLPPP", NULL, "Juniper Multi-Link PPP" },
	{ 131, 131, "JUNIPER_MLFR", NULL, "Juniper Multi-Link Frame Relay" },
	{ 132, 132, "JUNIPER_ES", NULL, "Juniper Encryption Services PIC" },
	{ 133, 133, "JUNIPER_GGSN", NULL, "Juniper GGSN PIC" },
	{ 134, 134, "JUNIPER_MFR", NULL, "Juniper FRF.16 Frame Relay" },
	{ 135, 135, "JUNIPER_ATM2", NULL, "Juniper ATM2 PIC" },
	{ 136, 136, "JUNIPER_SERVICES", NULL, "Juniper Advanced Services PIC" },
	{ 137, 137, "JUNIPER_ATM1", NULL, "Juniper ATM1 PIC" },
	{ 138, 138, "APPLE_IP_OVER_IEEE1394", NULL, "Apple IP-over-IEEE 1394" },
	{ 139, 139, "MTP2_WITH_PHDR", NULL, "SS7 MTP2 with Pseudo-header" },
	{ 140, 140, "MTP2", NULL, "SS7 MTP2" },
	{ 141, 141, "MTP3", NULL, "SS7 MTP3" },
	{ 142, 142, "SCCP", NULL, "SS7 SCCP" },
	{ 143, 143, "DOCSIS", NULL, "DOCSIS" },
	{ 144, 144, "LINUX_IRDA", NULL, "Linux IrDA" },
	{ 147, 147, "USER0", NULL, "Private use 0" },
	{ 148, 148, "USER1", NULL, "Private use 1" },
	{ 149, 149, "USER2", NULL, "Private use 2" },
	{ 150, 150, "USER3", NULL, "Private use 3" },
	{ 151, 151, "USER4", NULL, "Private use 4" },
	{ 152, 152, "USER5", NULL, "Private use 5" },
	{ 153, 153, "USER6", NULL, "Private use 6" },
	{ 154, 154, "USER7", NULL, "Private use 7" },
	{ 155, 155, "USER8", NULL, "Private use 8" },
	{ 156, 156, "USER9", NULL, "Private use 9" },
	{ 157, 157, "USER10", NULL, "Private use 10" },
	{ 158, 158, "USER11", NULL, "Private use 11" },
	{ 159, 159, "USER12", NULL, "Private use 12" },
	{ 160, 160, "USER13", NULL, "Private use 13" },
	{ 161, 161, "USER14", NULL, "Private use 14" },
	{ 162, 162, "USER15", NULL, "Private use 15" },
	{ 163, 163, "IEEE802_11_RADIO_AVS", "IEEE802_11_AVS",
	  "802.11 plus AVS radio information header" },
	{ 164, 164, "JUNIPER_MONITOR", NULL, "Juniper Passive Monitor PIC" },
	{ 165, 165, "BACNET_MS_TP", NULL, "BACnet MS/TP" },
	{ 166, 166, "PPP_PPPD", NULL, "PPP for pppd, with direction flag" },
	{ 167, 167, "JUNIPER_PPPOE", NULL, "Juniper PPPoE" },
	{ 168, 168, "JUNIPER_PPPOE_ATM", NULL, "Juniper PPPoE/ATM" },
	{ 169, 169, "GPRS_LLC", NULL, "GPRS LLC" },
	{ 170, 170, "GPF_T", NULL, "GPF-T" },
	{ 171, 171, "GPF_F", NULL, "GPF-F" },
	{ 172, 172, "GCOM_T1E1", NULL, "Gcom T1/E1 line monitoring" },
	{ 173, 173, "GCOM_SERIAL", NULL, "Gcom serial line monitoring" },
	{ 174, 174, "JUNIPER_PIC_PEER", NULL, "Juniper PIC Peer" },
	{ 175, 175, "ERF_ETH", NULL, "Ethernet with Endace ERF header" },
	{ 176, 176, "ERF_POS", NULL, "Packet-over-SONET with Endace ERF header" },
	{ 177, 177, "LINUX_LAPD", NULL, "Linux vISDN LAPD" },
	{ 178, 178, "JUNIPER_ETHER", NULL, "Juniper Ethernet" },
	{ 179, 179, "JUNIPER_PPP", NULL, "Juniper PPP" },
	{ 180, 180, "JUNIPER_FRELAY", NULL, "Juniper Frame Relay" },
	{ 181, 181, "JUNIPER_CHDLC", NULL, "Juniper C-HDLC" },
	{ 182, 182, "MFR", NULL, "FRF.16 Frame Relay" },
	{ 183, 183, "JUNIPER_VP", NULL, "Juniper Voice PIC" },
	{ 184, 184, "A429", NULL, "Arinc 429" },
	{ 185, 185, "A653_ICM", NULL, "Arinc 653 Interpartition Communication" },
	{ 186, 186, "USB_FREEBSD", NULL, "USB with FreeBSD header" },
	{ 187, 187, "BLUETOOTH_HCI_H4", NULL, "Bluetooth HCI UART transport layer" },
	{ 188, 188, "IEEE802_16_MAC_CPS", NULL, "IEEE 802.16 MAC Common Part Sublayer" },
	{ 189, 189, "USB_LINUX", NULL, "USB with Linux header" },
	{ 190, 190, "CAN20B", NULL, "Controller Area Network (CAN) v. 2.0B" },
	{ 191, 191, "IEEE802_15_4_LINUX", NULL, "IEEE 802.15.4 with Linux padding" },
	{ 192, 192, "PPI", NULL, "Per-Packet Information" },
	{ 193, 193, "IEEE802_16_MAC_CPS_RADIO", NULL,
	  "IEEE 802.16 MAC Common Part Sublayer plus radiotap header" },
	{ 194, 194, "JUNIPER_ISM", NULL, "Juniper Integrated Service Module" },
	{ 195, 195, "IEEE802_15_4", "IEEE802_15_4_WITHFCS", "IEEE 802.15.4 with FCS" },
	{ 196, 196, "SITA", NULL, "SITA pseudo-header" },
	{ 197, 197, "ERF", NULL, "Endace ERF header" },
	{ 198, 198, "RAIF1", NULL, "Ethernet with u10 Networks pseudo-header" },
	{ 199, 199, "IPMB_KONTRON", NULL, "IPMB with Kontron pseudo-header" },
	{ 200, 200, "JUNIPER_ST", NULL, "Juniper Secure Tunnel" },
	{ 201, 201, "BLUETOOTH_HCI_H4_WITH_PHDR", NULL,
	  "Bluetooth HCI UART transport layer plus pseudo-header" },
	{ 202, 202, "AX25_KISS", NULL, "AX.25 with KISS header" },
	{ 203, 203, "LAPD", NULL, "ISDN LAPD" },
	{ 204, 204, "PPP_WITH_DIR", NULL, "PPP with direction" },
	{ 205, 205, "C_HDLC_WITH_DIR", NULL, "Cisco HDLC with direction" },
	{ 206, 206, "FRELAY_WITH_DIR", NULL, "Frame Relay with direction" },
	{ 207, 207, "LAPB_WITH_DIR", NULL, "LAPB with direction" },
	{ 209, 209, "IPMB_LINUX", NULL, "IPMB with Linux/Pigeon Point pseudo-header" },
	{ 210, 210, "FLEXRAY", NULL, "FlexRay" },
	{ 211, 211, "MOST", NULL, "Media Oriented Systems Transport" },
	{ 212, 212, "LIN", NULL, "Local Interconnect Network" },
	{ 215, 215, "IEEE802_15_4_NONASK_PHY", NULL, "IEEE 802.15.4 with non-ASK PHY data" },
	{ 216, 216, "LINUX_EVDEV", NULL, "Linux evdev events" },
	{ 217, 217, "GSMTAP_UM", NULL, "GSM Um interface, GSMTAP" },
	{ 218, 218, "GSMTAP_ABIS", NULL, "GSM Abis interface, GSMTAP" },
	{ 219, 219, "MPLS", NULL, "MPLS with label as link-layer header" },
	{ 220, 220, "USB_LINUX_MMAPPED", NULL, "USB with padded Linux header" },
	{ 221, 221, "DECT", NULL, "DECT" },
	{ 222, 222, "AOS", NULL, "AOS Space Data Link protocol" },
	{ 223, 223, "WIHART", NULL, "Wireless HART" },
	{ 224, 224, "FC_2", NULL, "Fibre Channel FC-2" },
	{ 225, 225, "FC_2_WITH_FRAME_DELIMS", NULL, "Fibre Channel FC-2 with frame delimiters" },
	{ 226, 226, "IPNET", NULL, "Solaris ipnet" },
	{ 227, 227, "CAN_SOCKETCAN", NULL, "CAN-bus with SocketCAN headers" },
	{ 228, 228, "IPV4", NULL, "Raw IPv4" },
	{ 229, 229, "IPV6", NULL, "Raw IPv6" },
	{ 230, 230, "IEEE802_15_4_NOFCS", NULL, "IEEE 802.15.4 without FCS" },
	{ 231, 231, "DBUS", NULL, "D-Bus" },
	{ 232, 232, "JUNIPER_VS", NULL, "Juniper Virtual Server" },
	{ 233, 233, "JUNIPER_SRX_E2E", NULL, "Juniper SRX E2E" },
	{ 234, 234, "JUNIPER_FIBRECHANNEL", NULL, "Juniper Fibre Channel" },
	{ 235, 235, "DVB_CI", NULL, "DVB-CI" },
	{ 236, 236, "MUX27010", NULL, "MUX27010" },
	{ 237, 237, "STANAG_5066_D_PDU", NULL, "STANAG 5066 D_PDUs" },
	{ 238, 238, "JUNIPER_ATM_CEMIC", NULL, "Juniper ATM CEMIC" },
	{ 239, 239, "NFLOG", NULL, "Linux netfilter log messages" },
	{ 240, 240, "NETANALYZER", NULL, "Ethernet with Hilscher netANALYZER pseudo-header" },
	{ 241, 241, "NETANALYZER_TRANSPARENT", NULL,
	  "Ethernet with Hilscher netANALYZER pseudo-header and with preamble and SFD" },
	{ 242, 242, "IPOIB", NULL, "RFC 4391 IP-over-Infiniband" },
	{ 243, 243, "MPEG_2_TS", NULL, "MPEG-2 transport stream" },
	{ 244, 244, "NG40", NULL, "ng40 protocol tester Iub/Iur" },
	{ 245, 245, "NFC_LLCP", NULL, "NFC LLCP PDUs with pseudo-header" },
	{ 246, 246, "PFSYNC", NULL, "Packet filter state syncing" },
	{ 247, 247, "INFINIBAND", NULL, "InfiniBand" },
	{ 248, 248, "SCTP", NULL, "SCTP" },
	{ 249, 249, "USBPCAP", NULL, "USB with USBPcap header" },
	{ 250, 250, "RTAC_SERIAL", NULL, "Schweitzer Engineering Laboratories RTAC packets" },
	{ 251, 251, "BLUETOOTH_LE_LL", NULL, "Bluetooth Low Energy air interface" },
	{ 253, 253, "NETLINK", NULL, "Linux netlink" },
	{ 254, 254, "BLUETOOTH_LINUX_MONITOR", NULL, "Bluetooth Linux Monitor" },
	{ 255, 255, "BLUETOOTH_BREDR_BB", NULL,
	  "Bluetooth Basic Rate/Enhanced Data Rate baseband packets" },
	{ 256, 256, "BLUETOOTH_LE_LL_WITH_PHDR", NULL,
	  "Bluetooth Low Energy air interface with pseudo-header" },
	{ 257, 257, "PROFIBUS_DL", NULL, "PROFIBUS data link layer" },
	{ 258, 258, "PKTAP", NULL, "Apple DLT_PKTAP" },
	{ 259, 259, "EPON", NULL, "Ethernet with 802.3 Clause 65 EPON preamble" },
	{ 260, 260, "IPMI_HPM_2", NULL, "IPMI trace packets" },
	{ 261, 261, "ZWAVE_R1_R2", NULL, "Z-Wave RF profile R1 and R2 packets" },
	{ 262, 262, "ZWAVE_R3", NULL, "Z-Wave RF profile R3 packets" },
	{ 263, 263, "WATTSTOPPER_DLM", NULL,
	  "WattStopper Digital Lighting Management (DLM) and Legrand Nitoo Open protocol" },
	{ 264, 264, "ISO_14443", NULL, "ISO 14443 messages" },
	{ 265, 265, "RDS", NULL, "IEC 62106 Radio Data System groups" },
	{ 266, 266, "USB_DARWIN", NULL, "USB with Darwin header" },
	{ 267, 267, "OPENFLOW", NULL, "OpenBSD DLT_OPENFLOW" },
	{ 268, 268, "SDLC", NULL, "IBM SDLC frames" },
	{ 269, 269, "TI_LLN_SNIFFER", NULL, "TI LLN sniffer frames" },
	{ 271, 271, "VSOCK", NULL, "Linux vsock" },
	{ 272, 272, "NORDIC_BLE", NULL, "Nordic Semiconductor Bluetooth LE sniffer frames" },
	{ 273, 273, "DOCSIS31_XRA31", NULL, "Excentis XRA-31 DOCSIS 3.1 RF sniffer frames" },
	{ 274, 274, "ETHERNET_MPACKET", NULL, "802.3br mPackets" },
	{ 275, 275, "DISPLAYPORT_AUX", NULL, "DisplayPort AUX channel monitoring data" },
	{ 276, 276, "LINUX_SLL2", NULL, "Linux cooked v2" },
	{ 278, 278, "OPENVIZSLA", NULL, "OpenVizsla USB" },
	{ 279, 279, "EBHSCR", NULL, "Elektrobit High Speed Capture and Replay (EBHSCR)" },
	{ 280, 280, "VPP_DISPATCH", NULL, "VPP graph dispatch tracer" },
	{ 281, 281, "DSA_TAG_BRCM", NULL, "Broadcom tag" },
	{ 282, 282, "DSA_TAG_BRCM_PREPEND", NULL, "Broadcom tag (prepended)" },
	{ 283, 283, "IEEE802_15_4_TAP", NULL, "IEEE 802.15.4 with pseudo-header" },
	{ 284, 284, "DSA_TAG_DSA", NULL, "Marvell DSA" },
	{ 285, 285, "DSA_TAG_EDSA", NULL, "Marvell EDSA" },
	{ 286, 286, "ELEE", NULL, "ELEE lawful intercept packets" },
	{ 287, 287, "Z_WAVE_SERIAL", NULL, "Z-Wave serial frames between host and chip" },
	{ 288, 288, "USB_2_0", NULL, "USB 2.0, 1.1 or 1.0 packets" },
	{ 289, 289, "ATSC_ALP", NULL, "ATSC Link-Layer Protocol" },
	{ 290, 290, "ETW", NULL, "Event Tracing for Windows" },
	{ 291, 291, "NETANALYZER_NG", NULL, "Hilscher netANALYZER NG pseudo-header" },
	{ 292, 292, "ZBOSS_NCP", NULL, "ZBOSS NCP protocol with a header" },
	{ 293, 293, "USB_2_0_LOW_SPEED", NULL, "Low-speed USB 2.0, 1.1 or 1.0 packets" },
	{ 294, 294, "USB_2_0_FULL_SPEED", NULL, "Full-speed USB 2.0, 1.1 or 1.0 packets" },
	{ 295, 295, "USB_2_0_HIGH_SPEED", NULL, "High-speed USB 2.0 packets" },
	{ 296, 296, "AUERSWALD_LOG", NULL, "Auerswald logger protocol" },
	{ 297, 297, "ZWAVE_TAP", NULL, "Z-Wave packets with a pseudo-header" },
	{ 298, 298, "SILABS_DEBUG_CHANNEL", NULL, "Silicon Labs debug channel" },
	{ 299, 299, "FIRA_UCI", NULL, "FiRa UWB controller interface" },
	{ 300, 300, "MDB", NULL, "Multi-Drop Bus" },
	{ 301, 301, "DECT_NR", NULL, "DECT-2020 New Radio" },
};

/* Kernel: Documentation/networking and the hard_header of each device type. Where packets of a
 * device may begin with no header at all (ARPHRD_NONE, tunnels) they are raw IP. */
static const struct {
	uint16_t arphrd, linktype;
} hardware[] = {
	{ ARPHRD_ETHER, LINKTYPE_ETHERNET },
	{ ARPHRD_LOOPBACK, LINKTYPE_ETHERNET },
	{ ARPHRD_METRICOM, LINKTYPE_ETHERNET },
	{ ARPHRD_NONE, LINKTYPE_RAW },
	{ ARPHRD_RAWIP, LINKTYPE_RAW },
	{ ARPHRD_TUNNEL, LINKTYPE_RAW },
	{ ARPHRD_TUNNEL6, LINKTYPE_RAW },
	{ ARPHRD_SIT, LINKTYPE_RAW },
	{ ARPHRD_IEEE80211, LINKTYPE_IEEE802_11 },
	{ ARPHRD_IEEE80211_PRISM, LINKTYPE_IEEE802_11_PRISM },
	{ ARPHRD_IEEE80211_RADIOTAP, LINKTYPE_IEEE802_11_RADIOTAP },
	{ ARPHRD_CAN, LINKTYPE_CAN_SOCKETCAN },
	{ ARPHRD_NETLINK, LINKTYPE_NETLINK },
	{ ARPHRD_VSOCKMON, LINKTYPE_VSOCK },
	{ ARPHRD_IEEE802154, LINKTYPE_IEEE802_15_4_NOFCS },
	{ ARPHRD_IEEE802154_MONITOR, LINKTYPE_IEEE802_15_4_NOFCS },
};

const struct linktype_info *linktype_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(registry);
	return registry;
}

const struct linktype_info *linktype_info(unsigned int linktype)
{
	for (size_t i = 0; i < ARRAY_SIZE(registry); i++)
		if (registry[i].linktype == linktype)
			return &registry[i];
	return NULL;
}

const char *linktype_name(unsigned int linktype)
{
	const struct linktype_info *l = linktype_info(linktype);

	return l ? l->name : NULL;
}

static int linktype_by_number(const char *text)
{
	char *end;
	unsigned long v;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	v = strtoul(text, &end, 10);
	return *end || v > UINT16_MAX ? -1 : (int)v;
}

int linktype_by_name(const char *name)
{
	if (strncasecmp(name, "DLT_", 4) == 0)
		name += 4;
	else if (strncasecmp(name, "LINKTYPE_", 9) == 0)
		name += 9;
	for (size_t i = 0; i < ARRAY_SIZE(registry); i++) {
		const struct linktype_info *l = &registry[i];

		if (strcasecmp(l->name, name) == 0 ||
		    (l->lt_name && strcasecmp(l->lt_name, name) == 0))
			return l->linktype;
	}
	return linktype_by_number(name);
}

unsigned int linktype_of_dlt(unsigned int dlt)
{
	if (dlt == 14) /* RAW on OpenBSD */
		return LINKTYPE_RAW;
	for (size_t i = 0; i < ARRAY_SIZE(registry); i++)
		if (registry[i].dlt == dlt)
			return registry[i].linktype;
	return dlt;
}

unsigned int linktype_of_arphrd(unsigned int arphrd)
{
	for (size_t i = 0; i < ARRAY_SIZE(hardware); i++)
		if (hardware[i].arphrd == arphrd)
			return hardware[i].linktype;
	return LINKTYPE_LINUX_SLL2;
}

int linktype_to_arphrd(unsigned int linktype)
{
	for (size_t i = 0; i < ARRAY_SIZE(hardware); i++)
		if (hardware[i].linktype == linktype)
			return hardware[i].arphrd;
	return -1;
}

int linktype_net_off(unsigned int linktype)
{
	switch (linktype) {
	case LINKTYPE_ETHERNET:
		return 14;
	case LINKTYPE_LINUX_SLL:
		return 16;
	case LINKTYPE_LINUX_SLL2:
		return 20;
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
		return 4;
	case LINKTYPE_RAW:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		return 0;
	default:
		return -1;
	}
}
