"""What is found in a text before it is published, and what is left alone."""

from __future__ import annotations

import pytest

from app.posts.sensitive import Kind, find_sensitive

pytestmark = pytest.mark.pure

# Put together here, so that no tool that looks for secrets in a source tree takes them for real ones.
LETTERS = "Zq7Rt2Yw9Xc4Vb6Nm1Kj3Hg5Fd8Sa0Po" * 3
PEM = "-----BEGIN {0}PRIVATE KEY{1}-----\n" + f"{LETTERS[:64]}\n{LETTERS[:40]}=\n" + "-----END {0}PRIVATE KEY{1}-----"


def found(text: str, own_domains: tuple[str, ...] = ()) -> list[tuple[Kind, str]]:
    """Kind and text of every finding."""
    return [(one.kind, text[one.start : one.end]) for one in find_sensitive(text, own_domains)]


@pytest.mark.parametrize(("name", "block"), [("", ""), ("RSA ", ""), ("EC ", ""), ("OPENSSH ", ""), ("PGP ", " BLOCK")])
def test_a_private_key_is_found_from_its_first_line_to_its_last(name, block):
    text = f"This is what I have:\n\n{PEM.format(name, block)}\n\nIs it right?"

    assert [kind for kind, _ in found(text)] == [Kind.PRIVATE_KEY]
    assert found(text)[0][1] == f"{LETTERS[:64]}\n{LETTERS[:40]}="


def test_a_private_key_is_found_where_its_end_was_cut_off_or_it_stands_in_one_line():
    cut_off = PEM.format("", "").rpartition("\n")[0] + "\n\nand so on. Configurationmanagement is next."
    one_line = PEM.format("", "").replace("\n", r"\n")

    assert [kind for kind, _ in found(cut_off)] == [Kind.PRIVATE_KEY]
    assert "Configuration" not in found(cut_off)[0][1]
    assert [kind for kind, _ in found(f'{{"key": "{one_line}"}}')] == [Kind.PRIVATE_KEY]


@pytest.mark.parametrize(
    "token",
    [
        "AKIA" + "Z7Q2" * 4,
        "ghp_" + LETTERS[:36],
        "github_pat_" + LETTERS[:40],
        "glpat-" + LETTERS[:20],
        "xoxb-" + "123456789012-" + LETTERS[:24],
        "AIza" + LETTERS[:35],
        "sk_live_" + LETTERS[:24],
        "sk-ant-" + LETTERS[:40],
        "npm_" + LETTERS[:36],
        "SG." + LETTERS[:22] + "." + LETTERS[:43],
        "dop_v1_" + "a1b2c3d4" * 8,
        "hvs." + LETTERS[:24],
        "123456789:AA" + LETTERS[:33],
        "eyJ" + LETTERS[:20] + "." + LETTERS[:40] + "." + LETTERS[:30],
    ],
)
def test_a_token_of_a_known_shape_is_found(token):
    assert found(f"It says {token}, and then 401.") == [(Kind.TOKEN, token)]
    assert found(f"https://array.example/login?to=%2Fstart%3Fkey%3D{token}") == [(Kind.TOKEN, token)]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer s3cr3t.t0k3n.value", "s3cr3t.t0k3n.value"),
        ('curl -H "Authorization: Basic dXNlcjpnZWhlaW0x"', "dXNlcjpnZWhlaW0x"),
        ("x-api-key: 8f14e45fceea167a5a36", "8f14e45fceea167a5a36"),
        ("> Cookie: sid=81dc9bdb52d04dc2; theme=dark", "sid=81dc9bdb52d04dc2; theme=dark"),
        ("api_key = '8f14e45fceea167a5a36dedd4bea2543'", "8f14e45fceea167a5a36dedd4bea2543"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI7K7MDENGbPxRfiCYz0w1q2e", "wJalrXUtnFEMI7K7MDENGbPxRfiCYz0w1q2e"),
        ("AccountName=x;AccountKey=" + LETTERS[:86] + "==", LETTERS[:86] + "=="),
    ],
)
def test_what_carries_a_token_is_found(text, secret):
    assert found(text) == [(Kind.TOKEN, secret)]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password = Winter2031!", "Winter2031!"),
        ('DB_PASSWORD="correct horse battery staple"', "correct horse battery staple"),
        ("password=geheimnis", "geheimnis"),
        ("  spring.datasource.password: geheimnis\n  url: x", "geheimnis"),
        ('const char* password = "heidelbeere";', "heidelbeere"),
        ('char pass[] = "heidelbeere";', "heidelbeere"),
        ('WiFi.begin("upstairs", "heidelbeere");', "heidelbeere"),
        ('{"passwd": "tr0ub4dor"}', "tr0ub4dor"),
        ("the password is Winter2031!", "Winter2031!"),
        ("mongodb://backup:tr0ub4dor@db.internal:27017/x", "tr0ub4dor"),
        ("pull from https://:tr0ub4dor@registry.internal/", "tr0ub4dor"),
        ("enable password level 15 tr0ub4dor", "tr0ub4dor"),
        ("enable secret tr0ub4dor", "tr0ub4dor"),
        ("username admin privilege 15 password 0 tr0ub4dor", "tr0ub4dor"),
        ("neighbor 192.0.2.1 password 7 094F471A1A0A", "094F471A1A0A"),
        (" key 7 094F471A1A0A", "094F471A1A0A"),
        ("crypto isakmp key tr0ub4dor address 192.0.2.1", "tr0ub4dor"),
        ("radius-server host 192.0.2.1 key tr0ub4dor", "tr0ub4dor"),
        ("set psksecret ENC Zq7Rt2Yw9Xc4Vb6Nm1", "Zq7Rt2Yw9Xc4Vb6Nm1"),
        ("sshpass -p tr0ub4dor ssh root@array", "tr0ub4dor"),
        ("curl -s -u admin:tr0ub4dor https://array/api", "tr0ub4dor"),
        ("array-cli --password tr0ub4dor show", "tr0ub4dor"),
        ("mosquitto_sub -h broker -u me -P tr0ub4dor -t x", "tr0ub4dor"),
        ("mysql -h db -u root -ptr0ub4dor", "tr0ub4dor"),
        ("wpa_passphrase=heidelbeere", "heidelbeere"),
    ],
)
def test_a_password_is_found(text, secret):
    assert found(text) == [(Kind.PASSWORD, secret)]


@pytest.mark.parametrize(
    "text",
    [
        "Password: required",
        "I forgot my password: what now?",
        "the password is wrong",
        "The default password is base64 encoded.",
        "password = None",
        "password=$DB_PASSWORD",
        "password: ${PASSWORD}",
        "password: <your password>",
        "password=********",
        "password = os.environ['DB_PASSWORD']",
        "password = mqtt_password",
        "client.connect(user=user, password=pw)",
        "password = getpass()",
        'password: "your-password"',
        "ssh_key_password: ''",
        "PWD=/home/ana",
        "--add-password='Confirm Password'",
        "https://user:password@host/",
        "http://user:$PASSWORD@host/",
        "The --password option is not needed.",
        "secret: my-secret-name",
        "enable secret <your secret>",
        "It uses a token. The token: see below.",
        "The secret 5 steps",
        "-----BEGIN RSA PRIVATE KEY----- is missing in the file, says the log",
        "Authorization: required for all routes of the API",
        "passwordless: 1234 hosts",
    ],
)
def test_what_only_speaks_of_a_secret_is_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "hash_",
    [
        "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0",
        "$5$MnFsgbwbm2$vl1t5Hc6.Rs/qWgbrVxgEOQWzO8R9ph5v2U4jlV",
        "$6$salt.salt$" + LETTERS[:86],
        "$8$dsYGNam3K1SIJO$7nv/35M/qr6t.dVc7UY9zrJDWRVqncHub1PE9UlMQFs",
        "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6",
        "$2b$12$" + LETTERS[:53],
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$" + LETTERS[:43],
        "$9$twYDk5FnAtp0BREleWLx",
        "{SSHA}" + LETTERS[:32],
    ],
)
def test_a_hash_of_a_password_is_found(hash_):
    assert found(f"username admin secret 5 {hash_}\n") == [(Kind.HASH, hash_)]


@pytest.mark.parametrize(
    "text",
    [
        "snmp-server community n0rthw1nd RO 20",
        "snmp-server host 192.0.2.1 version 2c n0rthw1nd",
        "rocommunity n0rthw1nd default",
        "com2sec readonly default n0rthw1nd",
        "snmpwalk -v2c -c n0rthw1nd array sysDescr",
        "snmpget -v 2c -c n0rthw1nd array",
        "snmpwalk -c n0rthw1nd -v 1 array",
        "community string: n0rthw1nd",
    ],
)
def test_an_snmp_community_is_found(text):
    assert found(text) == [(Kind.COMMUNITY, "n0rthw1nd")]


@pytest.mark.parametrize(
    "text", ["snmpwalk -v2c -c public array", "our community: ask there", "the community string is missing"]
)
def test_what_every_device_is_delivered_with_is_no_secret(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Serial Number:    WD-WCC4N1234X67", "WD-WCC4N1234X67"),
        ("serial number 7CE418P0Q2", "7CE418P0Q2"),
        ("The array (S/N: FOX1442GZHT) fails over.", "FOX1442GZHT"),
        ("SN=9K2207XJ4", "9K2207XJ4"),
        ("Service Tag: 4XW9ZQ2", "4XW9ZQ2"),
        ("service tag 4XW9ZQ2", "4XW9ZQ2"),
        ("Processor board ID FOC1742X1KP", "FOC1742X1KP"),
        ('"serialNumber": "7CE418P0Q2"', "7CE418P0Q2"),
        ("System serial number            : FDO1628V0ZR", "FDO1628V0ZR"),
        ("serial no. 70418221", "70418221"),
    ],
)
def test_a_serial_number_is_found(text, number):
    assert found(text) == [(Kind.SERIAL, number)]


@pytest.mark.parametrize(
    "text",
    [
        "interface Serial0/0/1",
        "serial port 9600",
        "Serial.begin(115200);",
        "serial: 9600",
        "Where do I find the serial number of drive 12?",
        "2031102201 ; serial number",
        "Serial: 2031102201",
        "Serial number: XXXXXXXX",
        "The serial number is printed below.",
        "Part number 0FY387 does not fit.",
        "SNMP, SNTP and SN74HC595",
    ],
)
def test_a_port_or_a_part_is_no_serial_number(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("the host 10.20.30.40 is down", Kind.PRIVATE_ADDRESS, "10.20.30.40"),
        ("ping 192.168.7.9", Kind.PRIVATE_ADDRESS, "192.168.7.9"),
        ("172.20.1.5:3260", Kind.PRIVATE_ADDRESS, "172.20.1.5"),
        ("inet 172.20.1.5/24 brd", Kind.PRIVATE_ADDRESS, "172.20.1.5"),
        ("portal 100.72.1.9", Kind.PRIVATE_ADDRESS, "100.72.1.9"),
        ("from 93.184.216.34.", Kind.PUBLIC_ADDRESS, "93.184.216.34"),
        ("http://185.60.216.35/x", Kind.PUBLIC_ADDRESS, "185.60.216.35"),
        ("ping 52.14.7.33 fails", Kind.PUBLIC_ADDRESS, "52.14.7.33"),
        ("inet6 2a02:8071:b2c1:1100:c1f2::7/64", Kind.PUBLIC_ADDRESS, "2a02:8071:b2c1:1100:c1f2::7"),
        ("from fd12:3456:789a::1:", Kind.PRIVATE_ADDRESS, "fd12:3456:789a::1"),
        ("[2a02:8071:b2c1::7]:443", Kind.PUBLIC_ADDRESS, "2a02:8071:b2c1::7"),
        ("ether 3c:52:82:6f:1b:0e txqueuelen", Kind.MAC, "3c:52:82:6f:1b:0e"),
        ("3C-52-82-6F-1B-0E", Kind.MAC, "3C-52-82-6F-1B-0E"),
        ("Vlan1 3c52.826f.1b0e DYNAMIC", Kind.MAC, "3c52.826f.1b0e"),
        ("zone member 50:06:01:60:3b:a0:11:22", Kind.WWN, "50:06:01:60:3b:a0:11:22"),
        ("mail ana.ruiz+lab@fernhill-hospitals.org please", Kind.EMAIL, "ana.ruiz+lab@fernhill-hospitals.org"),
    ],
)
def test_an_address_is_found(text, kind, value):
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1, 0.0.0.0, ::1 and localhost",
        "ip address 192.0.2.10 255.255.255.0",
        "mask 255.255.240.0, wildcard 0.0.15.255",
        "203.0.113.7 and 198.51.100.9 are for documentation",
        "10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16",
        "56.0.0.0/8 and 15.0.0.0/7",
        "224.0.0.251 and ff02::fb and fe80::1",
        "nameserver 8.8.8.8 and 2001:4860:4860::8888",
        "since version 7.2.1.4",
        "v7.2.1.4 and R7.2.1.4",
        "upgraded from 7.2.1.4 to 7.2.1.5",
        "firmware 10.5.0.1",
        "Harbor OS 7.2.1.4 fails over wrongly",
        "7.2.1.4 firmware",
        "see section 3.2.1.4 of the manual",
        "OID 1.3.6.1.2.1.1.5",
        "Chrome/96.0.4664.45",
        "1.2.3.4 stands for any address",
        "999.10.20.30",
        "std::abort and Ace::Bad and a::b",
        "at 12:34:56 on 2031-01-02",
        "2001:db8::7 is for documentation",
        "SHA1 3c:52:82:6f:1b:0e:3c:52:82:6f:1b:0e:3c:52:82:6f:1b:0e:aa:bb",
        "ff:ff:ff:ff:ff:ff and 01:00:5e:00:00:fb and aa:bb:cc:dd:ee:ff",
        "1234.5678.9012",
        "you@example.com and ana@fernhill.example and me@mydomain.org",
        "git@github.com:firsthand/site.git",
        "getty@tty1.service and logo@2x.png",
        "@app.route and package@1.2.3",
        "support@vendor.com",
    ],
)
def test_what_is_nobodys_address_is_left_alone(text):
    assert found(text) == []


def test_hosts_of_the_authors_own_company_are_found_but_not_those_it_shows():
    text = (
        "esx07.dc1.fernhill.example cannot reach www.fernhill.example, fernhill.example nor x.notfernhill.example: "
        "ops@fernhill.example"
    )

    assert found(text, ("fernhill.example",)) == [
        (Kind.HOST, "esx07.dc1.fernhill.example"),
        (Kind.EMAIL, "ops@fernhill.example"),
    ]
    assert found(text) == []


def test_each_finding_knows_its_line_and_what_stands_around_it():
    text = "Two nodes.\n\n    node-a 10.20.30.40 up\n    node-b 10.20.30.41 down\n"

    first, second = find_sensitive(text)

    assert (first.line, second.line) == (3, 4)
    assert first.shown == ("    node-a ", "10.20.30.40", " up")
    assert (first.mask, second.mask) == ("‹IP address 1›", "‹IP address 2›")


def test_of_two_that_overlap_the_graver_one_is_named():
    assert found("https://ana:tr0ub4dor@10.20.30.40/") == [
        (Kind.PASSWORD, "tr0ub4dor"),
        (Kind.PRIVATE_ADDRESS, "10.20.30.40"),
    ]
    assert [kind for kind, _ in found("api_key=ghp_" + LETTERS[:36])] == [Kind.TOKEN]
