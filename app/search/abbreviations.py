"""Words that administrators use for one another, whatever the product: a small table of our own.

Each line is a group whose words say the same. Only words that mean this one thing stand here: "port" and "mount" mean
too much. A name of several words is written with hyphens, as people type it in one word. Stems are looked up, so the
plural of a word need not stand beside it.
"""

from __future__ import annotations

GROUPS = """
wifi wi-fi wireless wlan
config configuration conf
auth authentication
dir directory folder
repo repository
vm virtual-machine
k8s kubernetes
db database
env environment
admin administrator
app application
perms permissions
param parameter
info information
docs documentation
msg message
pwd password passwd
ssd solid-state
nic network-card network-interface
cpu processor
ram memory
gpu graphics-card
fs filesystem file-system
os operating-system
fw firmware
lb load-balancer
ha high-availability
dns name-server nameserver
cert certificate
tls ssl
vpn tunnel
ssh secure-shell
lun logical-unit
nas network-storage
psu power-supply
ups battery-backup
kb keyboard
bt bluetooth
temp temporary tmp
sync synchronise synchronize synchronisation synchronization
async asynchronous
max maximum
min minimum
init initialise initialize initialisation initialization
mgmt management
sysadmin system-administrator
startup start-up
shutdown shut-down
setup set-up
login log-in logon sign-in signin
backup back-up
reboot restart
freeze hang
delete remove erase
""".strip()
"""One group a line."""
