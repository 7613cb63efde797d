"""Words that administrators use for one another, whatever the product: a small table of our own.

A line is a group whose words say the same. Only words that mean this one thing stand here: "temp" is a file to some and
a temperature to others. A name of several words is written with hyphens. Words are looked up by their stems, so other
forms of a word need not stand beside it, and a word that is another one by its stems ("ups" is "up", and "add-on" is
"add") must not.
"""

from __future__ import annotations

GROUPS = """
2fa mfa two-factor multi-factor
admin administrator
app application
async asynchronous
auth authentication
authorization authorisation authz
backup back-up
behavior behaviour
bluetooth bt
bootloader boot-loader
certificate cert
cifs smb
cli command-line
color colour
config configuration conf
cpu processor
database db
dedup deduplication
delete remove erase
directory dir folder
dns name-server nameserver
docs documentation
email e-mail mail
env environment
failover fail-over
filename file-name
filesystem file-system fs
firmware fw
freeze hang
gpu graphics-card
hdd hard-disk hard-drive
hostname host-name
hotswap hot-swap
information info
initialize initialise init
javascript js
kubernetes k8s
laptop notebook
license licence
load-balancer lb
logfile log-file
login logon signin
lun logical-unit
management mgmt
maximum max
memory ram
message msg
minimum min
mongodb mongo
multipath multi-path mpio
network-card nic network-adapter network-interface
operating-system os
optimization optimisation
package pkg
parameter param
password passwd pwd
permission perm
plugin addon
postgresql postgres
readonly read-only
reboot restart
repository repo
setup set-up
shutdown shut-down
sql-server mssql
ssd solid-state
ssl tls
sso single-sign-on
startup start-up
sync synchronize synchronise
sysadmin system-administrator
temporary tmp
timezone time-zone tz
username user-name
virtual-machine vm
virtualization virtualisation
vlan virtual-lan
wifi wi-fi wireless wlan
""".strip()
