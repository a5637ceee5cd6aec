"""The departments of the government (部门) that work with households beside the poverty-alleviation office."""

from chronicle.principal import Principal
from chronicle.refusals import Forbidden

from casework.labels import Labelled


class DepartmentNotNamed(Forbidden, code="department-not-named", zh="登录信息没有写明您所在的部门，请联系系统管理员。"):
    """Your sign-in does not say for which department you act; ask whoever gave you the account."""


class Department(Labelled):
    """A department, as the ``department`` claim of a token names it."""

    POVERTY_ALLEVIATION = "poverty_alleviation", "扶贫办", "poverty alleviation"
    AGRICULTURE = "agriculture", "农业部门", "agriculture"
    CIVIL_AFFAIRS = "civil_affairs", "民政部门", "civil affairs"
    DEVELOPMENT_REFORM = "development_reform", "发展改革部门", "development and reform"
    DISABLED_PERSONS = "disabled_persons", "残联", "disabled persons' federation"
    EDUCATION = "education", "教育部门", "education"
    FINANCE = "finance", "财政部门", "finance"
    FORESTRY = "forestry", "林业部门", "forestry"
    HEALTH = "health", "卫生计生部门", "health and family planning"
    HOUSING = "housing", "住房城乡建设部门", "housing and construction"
    HUMAN_RESOURCES = "human_resources", "人力资源社会保障部门", "human resources and social security"
    LAND = "land", "国土资源部门", "land and resources"
    MARKET_REGULATION = "market_regulation", "工商部门", "business registration"
    PUBLIC_SECURITY = "public_security", "公安部门", "public security"
    TAXATION = "taxation", "税务部门", "taxation"
    WATER = "water", "水利部门", "water resources"


def department_of(caller: Principal) -> Department | None:
    """For which department somebody acts; None for nobody's, and for one that is not in the list."""
    return next((each for each in Department if each == caller.department), None)
