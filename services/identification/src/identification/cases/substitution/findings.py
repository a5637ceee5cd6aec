"""The values that a substitution's commands and events share."""

from casework.labels import Labelled


class AbsenceReason(Labelled):
    """Why somebody needs a substitute."""

    # Nobody's illness is in an event.
    LEAVE = "leave", "休假", "on leave, for whatever reason"
    TRAINING = "training", "学习培训", "in training"
    SECONDMENT = "secondment", "借调", "seconded elsewhere"
    VACANCY = "vacancy", "离任后暂缺", "left, and not replaced yet"


class SubstitutionEndReason(Labelled):
    """Why a substitution ends before its last day, or before it was confirmed."""

    RETURNED = "returned", "本人已返岗", "the officer is back"
    REPLACED = "replaced", "另派他人", "somebody else takes over"
    NAMED_IN_ERROR = "named_in_error", "指派有误", "named in error"
    LEFT = "left", "代理人离任", "the substitute leaves"
