"""The code lists of the household form, as the national registration forms word them."""

from casework.labels import Labelled


class Sex(Labelled):
    """Sex (性别), coded as in GB/T 2261.1."""

    MALE = "male", "男", "male", "1"
    FEMALE = "female", "女", "female", "2"


class RelationToHead(Labelled):
    """Relation to the household head (与户主关系)."""

    HEAD = "household_head", "本人或户主", "head", "01"
    SPOUSE = "spouse", "配偶", "spouse", "02"
    SON = "son", "之子", "son", "03"
    DAUGHTER = "daughter", "之女", "daughter", "04"
    DAUGHTER_IN_LAW = "daughter_in_law", "之儿媳", "daughter-in-law", "05"
    SON_IN_LAW = "son_in_law", "之女婿", "son-in-law", "06"
    SONS_SON = "sons_son", "之孙子", "son's son", "07"
    SONS_DAUGHTER = "sons_daughter", "之孙女", "son's daughter", "08"
    DAUGHTERS_SON = "daughters_son", "之外孙子", "daughter's son", "09"
    DAUGHTERS_DAUGHTER = "daughters_daughter", "之外孙女", "daughter's daughter", "10"
    FATHER = "father", "之父", "father", "11"
    MOTHER = "mother", "之母", "mother", "12"
    WIFES_FATHER = "wifes_father", "之岳父", "wife's father", "13"
    WIFES_MOTHER = "wifes_mother", "之岳母", "wife's mother", "14"
    HUSBANDS_FATHER = "husbands_father", "之公公", "husband's father", "15"
    HUSBANDS_MOTHER = "husbands_mother", "之婆婆", "husband's mother", "16"
    FATHERS_FATHER = "fathers_father", "之祖父", "father's father", "17"
    FATHERS_MOTHER = "fathers_mother", "之祖母", "father's mother", "18"
    MOTHERS_FATHER = "mothers_father", "之外祖父", "mother's father", "19"
    MOTHERS_MOTHER = "mothers_mother", "之外祖母", "mother's mother", "20"
    OTHER = "other", "其他", "other", "99"


class HealthStatus(Labelled):
    """Health status (健康状况)."""

    HEALTHY = "healthy", "健康", "healthy", "01"
    CHRONIC_ILLNESS = "chronic_illness", "长期慢性病", "long-term chronic illness", "02"
    MAJOR_ILLNESS = "major_illness", "患有大病", "major illness", "03"
    DISABLED = "disabled", "残疾", "disabled", "04"


class LabourSkill(Labelled):
    """Labour skill (劳动技能)."""

    ORDINARY = "ordinary", "普通劳动力", "ordinary", "01"
    SKILLED = "skilled", "技能劳动力", "skilled", "02"
    LOST = "lost", "丧失劳动力", "lost", "03"
    NONE = "none", "无劳动力", "none", "04"
    WEAK_OR_HALF = "weak_or_half", "弱劳动力或半劳动力", "weak or half"


class SchoolStatus(Labelled):
    """School status (在校生状况)."""

    NOT_AT_SCHOOL = "not_at_school", "非在校生", "not at school", "01"
    PRESCHOOL = "preschool", "学前教育", "preschool", "02"
    PRIMARY = "primary", "小学", "primary school", "03"
    JUNIOR_1 = "junior_1", "七年级", "grade 7", "04"
    JUNIOR_2 = "junior_2", "八年级", "grade 8", "05"
    JUNIOR_3 = "junior_3", "九年级", "grade 9", "06"
    SENIOR_1 = "senior_1", "高中一年级", "senior year 1", "07"
    SENIOR_2 = "senior_2", "高中二年级", "senior year 2", "08"
    SENIOR_3 = "senior_3", "高中三年级", "senior year 3", "09"
    VOCATIONAL_1 = "vocational_1", "中职一年级", "vocational year 1", "10"
    VOCATIONAL_2 = "vocational_2", "中职二年级", "vocational year 2", "11"
    VOCATIONAL_3 = "vocational_3", "中职三年级", "vocational year 3", "12"
    HIGHER_VOCATIONAL_1 = "higher_vocational_1", "高职一年级", "higher vocational year 1", "13"
    HIGHER_VOCATIONAL_2 = "higher_vocational_2", "高职二年级", "higher vocational year 2", "14"
    HIGHER_VOCATIONAL_3 = "higher_vocational_3", "高职三年级", "higher vocational year 3", "15"
    COLLEGE = "college", "大专及以上", "college and above", "16"


class Work(Labelled):
    """Where a member does wage work (务工状况)."""

    IN_TOWNSHIP = "in_township", "乡（镇）内务工", "in the township", "01"
    IN_COUNTY = "in_county", "乡（镇）外县内务工", "in the county", "02"
    IN_PROVINCE = "in_province", "县外省内务工", "in the province", "03"
    OUTSIDE_PROVINCE = "outside_province", "省外务工", "outside the province", "04"
    OTHER = "other", "其他", "other", "05"


class PovertyCause(Labelled):
    """Cause of poverty (致贫原因)."""

    ILLNESS = "cause_illness", "因病", "illness", "01"
    DISABILITY = "cause_disability", "因残", "disability", "02"
    SCHOOLING = "cause_schooling", "因学", "schooling", "03"
    DISASTER = "cause_disaster", "因灾", "disaster", "04"
    NO_LAND = "cause_no_land", "缺土地", "lack of land", "05"
    NO_WATER = "cause_no_water", "缺水", "lack of water", "06"
    NO_SKILL = "cause_no_skill", "缺技术", "lack of skill", "07"
    NO_LABOUR = "cause_no_labour", "缺劳动力", "lack of labour", "08"
    NO_FUNDS = "cause_no_funds", "缺资金", "lack of funds", "09"
    TRANSPORT = "cause_transport", "交通条件落后", "poor transport", "10"
    MOTIVATION = "cause_motivation", "自身发展动力不足", "low motivation", "11"


class IdentificationStandard(Labelled):
    """Whose poverty line a household was identified by (识别标准)."""

    NATIONAL = "national", "国家标准", "national standard"
    PROVINCIAL = "provincial", "省定标准", "provincial standard"
    CITY = "city", "市定标准", "city standard"


class HouseholdAttribute(Labelled):
    """Household attribute (贫困户属性)."""

    GENERAL_POOR = "general_poor", "一般贫困户", "general poor household", "01"
    DIBAO_POOR = "dibao_poor", "低保贫困户", "dibao poor household"
    # The forms know two codes for this one (06 dispersed, 07 concentrated support), so none is given.
    WUBAO_POOR = "wubao_poor", "五保贫困户", "wubao poor household"


class HouseGrade(Labelled):
    """Safety of the dwelling (住房安全等级)."""

    SAFE = "safe", "安全", "safe", "01"
    GRADE_C = "grade_c", "C级危房", "dilapidated, grade C", "02"
    GRADE_D = "grade_d", "D级危房", "dilapidated, grade D", "03"
