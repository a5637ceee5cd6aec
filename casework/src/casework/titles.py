"""What each type of event is called, in Chinese and English, and whoever enters it."""

from chronicle.messages import SYSTEM, name_of
from pydantic import BaseModel

from casework.roles import Role

TITLES = {
    "identification.area-opened": ("启用区划", "Area opened"),
    "identification.villager-group-opened": ("设立村民小组", "Villager group opened"),
    "identification.household-recorded": ("登记农户", "Household recorded"),
    "identification.household-members-changed": ("变更家庭成员", "Household members changed"),
    "identification.household-dissolved": ("注销农户", "Household dissolved"),
    "identification.assistance-noted": ("记录帮扶", "Assistance noted"),
    "identification.assistance-ended": ("帮扶结束", "Assistance ended"),
    "identification.assistance-dismissed": ("不予记录帮扶", "Assistance dismissed"),
    "identification.application-filed": ("提出申请", "Application filed"),
    "identification.application-amended": ("修改申请", "Application amended"),
    "identification.application-corrected": ("更正申请", "Application corrected"),
    "identification.group-meeting-held": ("召开村民小组评议会", "Group meeting held"),
    "identification.application-deliberated": ("村民小组评议", "Deliberated by the villager group"),
    "identification.notice-posted": ("张榜公示", "Notice posted"),
    "identification.application-posted": ("张榜公示", "Posted on a public notice"),
    "identification.notice-closed": ("结束公示", "Notice closed"),
    "identification.application-notice-passed": ("公示无异议", "Public notice passed"),
    "identification.notice-annulled": ("公示作废", "Notice annulled"),
    "identification.application-notice-annulled": ("公示作废", "Public notice annulled"),
    "identification.village-verification-held": ("开展村级审核", "Village verification held"),
    "identification.application-verified": ("村级审核", "Verified by the village"),
    "identification.review-sample-drawn": ("抽取复核样本", "Review sample drawn"),
    "identification.application-drawn-for-review": ("列入复核", "Drawn into a review round"),
    "identification.review-concluded": ("复核结束", "Review concluded"),
    "identification.application-reviewed": ("复核", "Reviewed"),
    "identification.household-registered": ("建档立卡", "Registered as a poor household"),
    "identification.registration-ended": ("终止建档立卡", "Registration ended"),
    "identification.application-withdrawn": ("撤回申请", "Application withdrawn"),
    "identification.objection-received": ("受理异议", "Objection received"),
    "identification.objection-resolved": ("答复异议", "Objection resolved"),
    "identification.objection-raised": ("提出异议", "Objection raised"),
    "identification.objection-decided": ("处理异议", "Objection decided"),
    "identification.application-rechecked": ("回头看后退回或取消", "Sent back or ended after a re-check"),
    "identification.reconsideration-requested": ("申请复查", "Reconsideration requested"),
    "identification.reconsideration-decided": ("复查决定", "Reconsideration decided"),
    "identification.evidence-attached": ("提交佐证材料", "Evidence attached"),
    "identification.evidence-superseded": ("材料作废", "Evidence superseded"),
    "identification.erasure-proposed": ("提出清除个人信息", "Erasure proposed"),
    "identification.erasure-proposal-withdrawn": ("撤回清除提议", "Erasure proposal withdrawn"),
    "identification.person-erased": ("清除个人信息", "Person erased"),
    "identification.objector-erasure-proposed": ("提出清除异议人信息", "Erasure of an objector proposed"),
    "identification.objector-erasure-proposal-withdrawn": (
        "撤回清除异议人信息的提议",
        "Erasure of an objector: proposal withdrawn",
    ),
    "identification.objector-erased": ("清除异议人信息", "Objector erased"),
    "identification.legal-hold-placed": ("信息依法保全", "Legal hold placed"),
    "identification.legal-hold-released": ("解除保全", "Legal hold released"),
    "identification.data-match-received": ("收到数据比对", "Data match received"),
    "identification.data-match-attached": ("数据比对关联到户", "Data match attached"),
    "identification.data-match-expired": ("数据比对到期清除", "Data match expired"),
    "identification.data-match-raised": ("登记数据比对", "Data match raised"),
    "identification.data-match-decided": ("处理数据比对", "Data match decided"),
    "identification.recheck-opened": ("启动回头看", "Re-check opened"),
    "identification.recheck-concluded": ("回头看办结", "Re-check concluded"),
    "identification.area-change-proposed": ("提出区划变更", "Change of an area proposed"),
    "identification.area-change-rejected": ("退回区划变更", "Change of an area rejected"),
    "identification.area-renamed": ("区划更名", "Area renamed"),
    "identification.area-replaced": ("区划代码变更", "Area goes on under another code"),
    "identification.substitution-proposed": ("提出代理", "Substitution proposed"),
    "identification.substitution-confirmed": ("确认代理", "Substitution confirmed"),
    "identification.substitution-ended": ("终止代理", "Substitution ended"),
    "identification.household-paired": ("结对帮扶", "Household paired with a helper"),
    "identification.pairing-handed-over": ("更换帮扶责任人", "Pairing handed over"),
    "identification.pairing-ended": ("结对结束", "Pairing ended"),
    "identification.work-handed-over": ("工作移交", "Open work handed over"),
    "identification.backfill-run-opened": ("开立补录批次", "Backfill run opened"),
    "identification.backfill-run-signed": ("签批补录批次", "Backfill run signed"),
    "identification.backfill-run-closed": ("关闭补录批次", "Backfill run closed"),
    "industry.project-opened": ("产业项目开办", "Project opened"),
    "industry.household-enrolled": ("参加产业项目", "Enrolled in a project"),
    "industry.enrolment-ended": ("退出产业项目", "Enrolment in a project ended"),
    "industry.project-closed": ("产业项目关闭", "Project closed"),
    "relocation.relocation-proposed": ("提出搬迁", "Relocation proposed"),
    "relocation.relocation-accepted": ("同意搬迁", "Relocation accepted"),
    "relocation.relocation-declined": ("不愿搬迁", "Relocation declined"),
    "relocation.relocation-withdrawn": ("撤销搬迁", "Relocation withdrawn"),
    "safety-net.allowance-assessed": ("核定低保", "Allowance assessed"),
    "safety-net.allowance-approved-by-township": ("乡镇批准低保", "Allowance approved by the township"),
    "safety-net.allowance-approved-by-county": ("县级批准低保", "Allowance approved by the county"),
    "safety-net.allowance-rejected": ("低保不予批准", "Allowance rejected"),
    "safety-net.allowance-ended": ("终止低保", "Allowance ended"),
}


class Label(BaseModel):
    """What something is called."""

    zh: str
    en: str


def title_of(event_type: str) -> Label:
    """What a type of event is called; one that is not known here is called by its own name."""
    zh, en = TITLES.get(name_of(event_type), (event_type, event_type))
    return Label(zh=zh, en=en)


def role_of(word: str) -> Label:
    """What a role is called; one that is not known here is called by its own word."""
    if word == SYSTEM:
        return Label(zh="系统自动", en="the system")
    try:
        role = Role(word)
    except ValueError:
        return Label(zh=word, en=word)
    return Label(zh=role.zh, en=role.en)
