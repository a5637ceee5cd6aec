"""Why an act went the way it did: reason codes that stand in events in place of typed text."""

from casework.labels import Labelled


class RejectionReason(Labelled):
    """Why verification or review rejects an application, after Jiangxi's exclusion rules (七清)."""

    INCOME_ABOVE_LINE = "income_above_line", "人均纯收入达到或超过识别标准", "per-capita net income reaches the line"
    TOWN_PROPERTY = "town_property", "在城镇购建住房、商铺或土地", "owns a home, shop or land in town"
    VEHICLE_OR_MACHINE = "vehicle_or_machine", "拥有小汽车、大型农机或船只", "owns a car, large machine or boat"
    BUSINESS_OWNER = "business_owner", "私营企业主或长期雇工经营", "owns a business or employs others for long"
    EMPTY_HOUSEHOLD = "empty_household", "空挂户，长期无人居住", "registered but not resident"
    STUDY_ABROAD = "study_abroad", "家庭成员自费出国留学", "a member studies abroad at own expense"
    UNLAWFUL_CONDUCT = (
        "unlawful_conduct",
        "因赌博、吸毒、打架等受处罚且不悔改",
        "punished for gambling, drugs or fighting",
    )
    HOUSEHOLD_SPLIT = "household_split", "为纳入贫困户而迁户或分户拆户", "split or moved registration to qualify"


class ReturnReason(Labelled):
    """Why verification or review sends an application back to an earlier step."""

    MEMBERS_DIFFER = "members_differ", "家庭成员与实际不符", "members differ from those living together"
    INCOME_UNCLEAR = "income_unclear", "收入核算不清", "the income account is unclear"
    EVIDENCE_MISSING = "evidence_missing", "证明材料不全", "evidence is missing"
    KINSHIP_CONFLICT = "kinship_conflict", "涉嫌优亲厚友", "relatives may have been favoured"
    PROCEDURE_FAULT = "procedure_fault", "评议或审核程序不符合规定", "the procedure was not kept"
    REPORT_UNEXPLAINED = "report_unexplained", "对群众反映的问题不能说明", "a report against it is unexplained"
    OBJECTION_UPHELD = "objection_upheld", "公示异议成立", "an objection was upheld"


class ObjectionGround(Labelled):
    """On what ground somebody objects: to a household on a notice, to the act itself, or to an omission."""

    NOT_POOR = "not_poor", "家庭并不贫困", "not poor"
    HOUSEHOLD_COMPOSITION = "household_composition", "家庭人口不实", "members are not as posted"
    INCOME_UNDERSTATED = "income_understated", "收入少报", "income is understated"
    PROPERTY_UNDECLARED = "property_undeclared", "财产未申报", "property is undeclared"
    PROCEDURE = "procedure", "程序不符合规定", "the procedure was not kept"
    QUORUM = "quorum", "到会人数不足", "too few were present"
    CONVENER = "convener", "召集人不适当", "the convener was not fit to chair"
    PLACE = "place", "没有在规定地点张贴", "it was not posted where it should be"
    LEFT_OUT = "left_out", "符合条件的农户未列入", "a household that qualifies was left out"
    OTHER = "other", "其他", "other"


class AnnulmentReason(Labelled):
    """Why a notice is annulled before it is closed."""

    TORN = "torn", "撕毁、损坏或被遮盖", "torn, damaged or covered"
    WRONG_CONTENT = "wrong_content", "内容有误", "its content is wrong"
    WRONG_PLACE = "wrong_place", "没有在规定地点张贴", "not posted where it should be"
    OTHER = "other", "其他", "other"


class LateEntryReason(Labelled):
    """Why an act was entered long after it took place."""

    PAPER_BATCH = "paper_batch", "纸质材料集中录入", "paper sheets entered together"
    NO_NETWORK = "no_network", "当时没有网络", "no network at the time"
    OFFICER_ABSENT = "officer_absent", "经办人不在岗", "the officer was absent"
    OTHER = "other", "其他", "other"
