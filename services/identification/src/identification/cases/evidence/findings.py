"""The values that evidence's commands and events share."""

from typing import Annotated

from casework.codes import PovertyCause
from casework.labels import Labelled
from pydantic import Field

from identification.cases.application.findings import Value


class EvidenceKind(Labelled):
    """What a piece of evidence is: the 37 kinds of the catalogue (佐证材料目录)."""

    INCOME_VERIFICATION_FORM = "income_verification_form", "收入核实表", "income verification form"
    SAFE_HOUSING_REPORT = "safe_housing_report", "安全住房认定表", "safe-housing report"
    SCHOOL_ROLL_PROOF = "school_roll_proof", "学籍证明", "school-roll proof"
    MEDICAL_BOOKLET = "medical_booklet", "合作医疗本", "medical booklet"
    SAFE_WATER_REPORT = "safe_water_report", "安全饮水认定表", "safe-water report"
    RETURNED_FOREST_PAYMENT = "returned_forest_payment", "退耕还林补助凭证", "returned-forest payment proof"
    PUBLIC_FOREST_PAYMENT = "public_forest_payment", "公益林补助凭证", "public-forest payment proof"
    RANGER_CONTRACT = "ranger_contract", "护林员聘用合同", "forest ranger's contract"
    TRAINING_PHOTO = "training_photo", "培训照片", "photo of a training"
    TRAINING_CERTIFICATE = "training_certificate", "培训证书", "training certificate"
    LABOUR_CONTRACT = "labour_contract", "劳务合同", "labour contract"
    PUBLIC_POST_CONTRACT = "public_post_contract", "公益岗位合同", "public-post contract"
    BUSINESS_LICENCE = "business_licence", "营业执照", "business licence"
    SMALL_LOAN_PROOF = "small_loan_proof", "小额信贷凭证", "small-loan proof"
    HOUSE_GRADE_REPORT = "house_grade_report", "房屋等级鉴定表", "house-grade report"
    HOUSE_SAFETY_REPORT = "house_safety_report", "房屋安全鉴定报告", "house-safety report"
    DWELLING_PHOTO = "dwelling_photo", "新旧住房照片", "photo of the old or new dwelling"
    RELOCATION_WILLINGNESS_FORM = "relocation_willingness_form", "搬迁意愿表", "relocation willingness form"
    KEY_HANDOVER_REPORT = "key_handover_report", "交钥匙确认表", "key-handover report"
    ESTATE_PHOTO = "estate_photo", "安置点照片", "photo of the resettlement estate"
    REIMBURSEMENT_SETTLEMENT = "reimbursement_settlement", "医疗费用报销结算单", "medical reimbursement settlement"
    DOCTOR_CONTRACT = "doctor_contract", "家庭医生签约书", "family doctor's contract"
    HOME_VISIT_LOG = "home_visit_log", "入户走访记录", "home-visit log"
    MAJOR_ILLNESS_TREATMENT_PROOF = "major_illness_treatment_proof", "大病救治证明", "major-illness treatment proof"
    ALLOWANCE_CERTIFICATE = "allowance_certificate", "低保证", "subsistence allowance certificate"
    ALLOWANCE_PAYMENT_RECORD = "allowance_payment_record", "低保金发放凭证", "subsistence allowance payment record"
    DESTITUTE_SUPPORT_CERTIFICATE = "destitute_support_certificate", "五保供养证", "wubao support certificate"
    DESTITUTE_SUPPORT_PAYMENT_RECORD = (
        "destitute_support_payment_record",
        "五保供养金发放凭证",
        "wubao support payment record",
    )
    DISABILITY_CERTIFICATE = "disability_certificate", "残疾人证", "disability certificate"
    DISABILITY_SUBSIDY_PROOF = "disability_subsidy_proof", "残疾人补贴凭证", "disability subsidy proof"
    INDUSTRY_PHOTO = "industry_photo", "产业发展照片", "photo of production on site"
    SHAREHOLDING_AGREEMENT = "shareholding_agreement", "入股分红协议", "shareholding agreement"
    PRESCHOOL_SUBSIDY_PROOF = "preschool_subsidy_proof", "学前教育资助凭证", "preschool subsidy proof"
    COMPULSORY_EDUCATION_EXEMPTION = (
        "compulsory_education_exemption",
        "义务教育免补凭证",
        "compulsory-education exemption",
    )
    HOME_TEACHING_PROOF = "home_teaching_proof", "送教上门证明", "home-teaching proof"
    VOCATIONAL_AID_PROOF = "vocational_aid_proof", "职业教育资助凭证", "vocational education aid proof"
    COLLEGE_AID_PROOF = "college_aid_proof", "大学资助或助学贷款凭证", "college aid or loan proof"


class SupersessionReason(Labelled):
    """Why a piece of evidence counts no longer."""

    WRONG_FILE = "wrong_file", "传错文件", "wrong file"
    WRONG_HOUSEHOLD = "wrong_household", "不是该户的材料", "not of this household"
    UNREADABLE = "unreadable", "看不清", "cannot be read"
    OUTDATED = "outdated", "已有更新材料", "there is a newer one"


class EvidenceRequirement(Value):
    """What is asked for by a step: one of these kinds, of every household or of those with a cause of poverty."""

    step: str
    any_of: Annotated[tuple[EvidenceKind, ...], Field(min_length=1)]
    cause: PovertyCause | None = None
