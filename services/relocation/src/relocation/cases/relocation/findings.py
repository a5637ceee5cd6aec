"""The code lists of a relocation, as the national forms word them."""

from casework.labels import Labelled


class Mode(Labelled):
    """Who moves together (搬迁方式)."""

    WHOLE_VILLAGE = "whole_village", "整村搬迁（行政村）", "the whole administrative village", "01"
    WHOLE_GROUP = "whole_group", "整村搬迁（自然村组）", "the whole natural village or group", "02"
    HOUSEHOLD = "household", "个别搬迁", "an individual registered household", "03"


class Placement(Labelled):
    """How those who move are settled (安置方式)."""

    CONCENTRATED = "concentrated", "集中安置", "concentrated"
    DISPERSED = "dispersed", "分散安置", "dispersed"


class Place(Labelled):
    """Where they are settled (安置地)."""

    COUNTY_TOWN = "county_town", "县城", "county town"
    TOWNSHIP = "township", "乡镇", "township"
    OUTSIDE_COUNTY = "outside_county", "县外", "outside the county"
    OUTSIDE_VILLAGE = "outside_village", "村外", "outside the village"
    INSIDE_VILLAGE = "inside_village", "村内", "inside the village"


class Stage(Labelled):
    """How far a relocation has come."""

    PROPOSED = "proposed", "待答复", "waits for the household's answer"
    ACCEPTED = "accepted", "同意搬迁", "accepted"
    DECLINED = "declined", "不愿搬迁", "declined"
    WITHDRAWN = "withdrawn", "已撤销", "withdrawn"


OVER = (Stage.DECLINED, Stage.WITHDRAWN)


class DeclineReason(Labelled):
    """Why a household declines to move."""

    WISH_TO_STAY = "wish_to_stay", "愿意留在原地", "wishes to stay"
    OWN_CONTRIBUTION = "own_contribution", "自筹资金困难", "cannot raise its own contribution"
    LIVELIHOOD = "livelihood", "担心搬迁后的生计", "sees no livelihood after moving"
    LAND_TOO_FAR = "land_too_far", "离承包地太远", "too far from its land"
    PLACE_UNSUITABLE = "place_unsuitable", "对安置地不满意", "the place does not suit it"
    OTHER = "other", "其他", "other"


class WithdrawalReason(Labelled):
    """Why an officer withdraws a relocation that the household did not decline."""

    ENTERED_BY_MISTAKE = "entered_by_mistake", "录入有误", "entered by mistake"
    REGISTRATION_ENDED = "registration_ended", "已终止建档立卡", "the registration ended"
    CHANGED_MIND = "changed_mind", "同意后改变主意", "the household changed its mind after accepting"
    PLACE_NOT_AVAILABLE = "place_not_available", "安置地不能落实", "the place is not to be had"
