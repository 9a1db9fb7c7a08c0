"""What Docker adds to the packet filter is removed, and nothing else."""

from devkit import firewall

BEFORE = """\
*filter
:INPUT ACCEPT [10:100]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [5:50]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -m comment --comment "our own rule" -j ACCEPT
COMMIT
"""

AFTER = """\
*filter
:INPUT ACCEPT [20:200]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [9:90]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -j DOCKER-USER
-A FORWARD -o br-0123456789ab -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -m comment --comment "our own rule" -j ACCEPT
-A FORWARD -m comment --comment "added by someone meanwhile" -j ACCEPT
-A DOCKER -d 172.18.0.2/32 ! -i br-0123456789ab -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
"""


def test_rules_go_before_chains_and_the_policy_returns() -> None:
    assert [" ".join(command) for command in firewall.removals(BEFORE, AFTER)] == [
        "-t filter -D FORWARD -j DOCKER-USER",
        "-t filter -D FORWARD -o br-0123456789ab -j DOCKER",
        "-t filter -D FORWARD -i docker0 ! -o docker0 -j ACCEPT",
        "-t nat -D OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
        "-t nat -D POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
        "-t filter -F DOCKER",
        "-t filter -F DOCKER-USER",
        "-t nat -F DOCKER",
        "-t filter -X DOCKER",
        "-t filter -X DOCKER-USER",
        "-t nat -X DOCKER",
        "-t filter -P FORWARD ACCEPT",
    ]


def test_nothing_is_removed_when_nothing_was_added() -> None:
    assert firewall.removals(BEFORE, BEFORE) == []
    assert firewall.removals("", "") == []


def test_what_another_engine_made_before_ours_stays() -> None:
    assert firewall.removals(AFTER, AFTER) == []
