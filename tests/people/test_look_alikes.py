"""Nobody is taken for an expert by a handle, a name or a title (SECURITY.md, F01 and F02)."""

import pytest

from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.people import handles, impersonation, names
from app.people.actions import NewPerson, check_new_person, revoke_role
from app.people.former_handles import change_handle
from app.people.models import Role
from app.people.rules import clean_job_title, clean_name
from tests.support.factories import ExpertFactory, PersonFactory

OURS = ("northwind", "Northwind Systems")

LOOK_ALIKE_HANDLES = [
    "maria_lopez", "Maria_Lopez", "MARIA_LOPEZ", "maria-lopez", "marialopez", "maria__lopez", "maria_-_lopez",
    "m_a_r_i_a_lopez", "maria_lopez_", "maria_lopez--", "mаria_lopez", "maria_lоpez", "мaria_lopez", "maria_lopeｚ",
    "maria\u200b_lopez", "maria_lopez\u200d", "maria\u00ad_lopez", "\u202emaria_lopez", "maría_lopez", "ⓜaria_lopez",
    "maria_l0pez", "mar1a_lopez", "marla_lopez", "maria_1opez", "marIa_Iopez", "maria_iopez", "rnaria_lopez",
    "rnaria-l0pez", "RNARIA_IOPEZ", "rnarla1opez", "rnar1a__10pez", "m\u0430r1a_l0pez", "maria_lopez\n", " maria_lopez",
]  # fmt: skip
# Of a handle with w, s and i in it.
MORE_LOOK_ALIKES = ["vvolf_5i5ter", "w0lf_s15ter", "vv01f-slster", "Wolf_Sister", "wolfsi5ter", "vvolfsister"]
WITH_AN_OFFICE = [
    "real_maria_lopez", "the-maria-lopez", "maria_lopez_official", "Official_Maria_Lopez", "maria_lopez_northwind",
    "northwind_maria_lopez", "maria_lopez_support", "maria_lopez_expert", "0fficial-rnaria-1opez", "maria_lopez_team",
]  # fmt: skip
OTHER_HANDLES = ["maria_gomez", "mario_lopez", "maria_lopes", "marialopezgarcia", "maria_lopez2", "mariam_lopez"]


@pytest.fixture
def maria():
    return ExpertFactory(name="Maria Lopez", handle="maria_lopez", job_title="Storage engineer, Northwind")


def wants(handle="somebody", name="Ana Costa", *, job_title="", is_employee=False):
    new = NewPerson(
        handle=handle, name=name, address=None, password_hash=None, job_title=job_title, is_employee=is_employee
    )
    return check_new_person(new, brands=("northwind",))


@pytest.mark.one_database
def test_no_handle_looks_like_an_experts(maria):
    ExpertFactory(name="Wolf Sister", handle="wolf_sister")
    member = PersonFactory(handle="ana_costa")
    for handle in (*LOOK_ALIKE_HANDLES, *MORE_LOOK_ALIKES, *WITH_AN_OFFICE):
        with pytest.raises(RuleBroken):
            wants(handle)
        with pytest.raises(RuleBroken), write():
            change_handle(member, handle, brands=("northwind",))
    assert member.handle == "ana_costa"


@pytest.mark.one_database
def test_whoever_is_called_otherwise_is_welcome(maria):
    for handle in OTHER_HANDLES:
        wants(handle)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "name",
    [
        "Maria Lopez", "maria  lopez", "MARIA LOPEZ", "María López", "Maria-Lopez", "M. Aria Lopez", "Maria L0pez",
        "Mar1a Lopez", "Marla Lopez", "MarIa Iopez", "Rnaria Lopez", "Mаria Lopez", "Мария Lopez", "Mаrіа Lореz",
        "Maria\u200bLopez", "Maria Lopez\u200d", "\u202eMaria Lopez", "Ｍaria Lopez", "𝐌aria Lopez", "Ⓜaria Lopez",
        "Maria Lopez (Employee)", "Maria Lopez, Employee", "Maria Lopez Employee", "Maria Lopez - Official",
        "Official Maria Lopez", "0fficial Maria", "OfficiaI Ann", "Offic1al Ann", "AnnOfficial", "O f f i c i a l Ann",
        "Verified Ann", "Ann Ver1fied", "Ann Staff", "Ann 5taff", "Admin", "Ann Adrnin", "The Moderator",
        "Ann ✓", "Ann ✔", "Ann ✅", "Ann ☑️", "Ann √", "Ann 🗸", "Ann 🏅", "Ann ⭐",
        "Maria Lopez Northwind", "Northwind Maria Lopez", "Ana Northwind", "Ana N0rthwind", "Ana Northvvind",
        "Northwind", "Northwind Support", "Northwind Systems", "Northwind Help Desk", "Support Team", "N-o-r-t-h-wind",
        "Maria Lopez Support", "The Real Maria Lopez", "Maria Lopez at Service", "Maria Lopez Expert",
    ],
)  # fmt: skip
def test_no_name_passes_for_an_employees_or_the_companys(maria, name):
    with pytest.raises(RuleBroken):
        wants(name=name)


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["Maria G. Lopez", "Mario Lopez", "Ana Stafford", "Ann Windnorth", "Thea Realmuto"])
def test_names_of_others_are_theirs(maria, name):
    assert wants(name=name) == name


@pytest.mark.pure
@pytest.mark.parametrize(
    "title",
    [
        "Official", "Official helper", "0fficial helper", "Northwind engineer", "N0rthwind engineer",
        "Engineer at Northwind", "Support", "Northwind Support", "Employee", "Ernployee", "Verified", "Ver1fied expert",
        "Staff", "Northwind Systems", "Staff member", "Support staff", "5taff", "Engineer ✓", "Engineer √",
        "Northwind\u3164Systems", "N\u0336orthwind engineer",
        "★ Expert", "Engineer ✅", "Engineer\u200b", "Engineer\u202e", "Offіcial",
    ],
)  # fmt: skip
def test_no_members_title_speaks_for_us(title):
    with pytest.raises(RuleBroken):
        clean_job_title(title, is_employee=False, brands=OURS)


@pytest.mark.pure
@pytest.mark.parametrize(
    "title",
    ["", "Storage administrator", "Staff engineer", "Head of IT", "Support engineer", "CIO, Fernhill Hospitals"],
)
def test_what_members_do_where_they_work(title):
    assert clean_job_title(f" {title} ", is_employee=False, brands=OURS) == title


@pytest.mark.pure
def test_an_employees_title_may_name_the_company():
    assert clean_job_title("Northwind support", is_employee=True, brands=OURS) == "Northwind support"


@pytest.mark.one_database
def test_whoever_leaves_the_company_leaves_its_name_in_no_title(maria):
    with write():
        revoke_role(maria, Role.EXPERT)
    assert maria.job_title == ""
    with pytest.raises(RuleBroken):
        wants("maria-lopez")


@pytest.mark.pure
@pytest.mark.parametrize("brand", ["Dell", "HP", "Hitachi Vantara", "NetApp"])
def test_brands_alone_or_with_a_role_are_no_handles(brand):
    bare = brand.replace(" ", "")
    for word in ("", *sorted(handles.ROLE_WORDS), "TechCenter", "_care", "-Team", "Official1"):
        for handle in (f"{bare}{word}", f"{word.strip('_-')}{bare}"):
            with pytest.raises(RuleBroken):
                handles.check_handle(handle, brands=(brand,))
    handles.check_handle(f"{bare}ServerGeek", brands=(brand,))
    handles.check_handle(f"Ann_at_{bare}", brands=(brand,))


@pytest.mark.pure
def test_no_handle_claims_an_office():
    for handle in ("official-maria", "maria_0fficial", "Verified_Jonas", "employee7", "admin1", "Adm1n-2", "staff_3"):
        with pytest.raises(RuleBroken):
            handles.check_handle(handle, brands=OURS)
    for handle in ("leon-staff", "adminah", "official8tor"):
        handles.check_handle(handle, brands=OURS)


@pytest.mark.pure
def test_what_stands_around_a_name_is_left_out():
    assert impersonation.bare_name("The Real Maria Lopez (Northwind)", OURS) == names.skeleton("Maria Lopez")
    assert impersonation.bare_handle("Official-Northwind_maria_lopez", OURS) == handles.skeleton("maria_lopez")
    assert clean_name("Ana Stafford") == "Ana Stafford"
