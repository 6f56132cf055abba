SRC-common/proto := proto.c field.c walk.c value.c tlv.c found.c verify.c csum.c names.c services.c vendors.c linktype.c \
                    eth.c vlan.c llc.c sll.c null.c arp.c ip.c ip6.c ip6ext.c mobility.c icmp.c icmp6.c icmpext.c udp.c tcp.c \
                    dns.c mpls.c gre.c overlay.c shims.c ppi.c ppp.c ipsec.c sctp.c dccp.c \
                    ntp.c dhcp.c dhcp6.c tls.c startline.c ssh.c quic.c wireguard.c rtp.c l2tp.c \
                    lldp.c igmp.c stp.c slow.c eapol.c ptp.c fhrp.c ospf.c bgp.c bfd.c \
                    radio.c dot11.c dot11_mgmt.c netlink.c netlink_attrs.c \
                    render.c render_dump.c render_text.c render_less.c render_json.c columns.c columns_parse.c build.c
SRC-common/proto += lan.c serial.c atm.c pflog.c switchtag.c juniper.c bus.c carrier.c
