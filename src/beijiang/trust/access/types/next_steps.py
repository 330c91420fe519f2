"""What a person can do after a refusal, by the code of its reason: pages turn these into links and buttons."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Offer = Literal[
    "apply",  # 申请授权: a grant on this dataset for this purpose and matter
    "apply_together",  # one application that names all datasets of the question
    "ask_apart",  # the datasets one by one
    "ask_chief",  # to be put on the matter
    "ask_less",  # fewer rows, or totals
    "ask_officer",  # let the officer on the case ask
    "break_glass",  # 紧急查询, where there is no time
    "choose_columns",
    "choose_purpose",
    "contact_owner",
    "find_dataset",
    "joint_centre",
    "my_grants",
    "name_matter",
    "wait",
]

OFFERS: Mapping[str, tuple[Offer, ...]] = MappingProxyType(
    {
        "access.bound_unfit": ("contact_owner", "my_grants"),
        "access.columns_not_granted": ("choose_columns", "apply"),
        "access.columns_withheld": ("apply",),
        "access.core": ("joint_centre",),
        "access.dataset_unknown": ("find_dataset",),
        "access.emergency_too_long": ("apply",),
        "access.grade_above": ("choose_purpose", "contact_owner"),
        "access.grant_expired": ("apply", "break_glass"),
        "access.grant_not_live": ("my_grants", "apply"),
        "access.grant_not_started": ("wait", "my_grants"),
        "access.grant_other_matter": ("name_matter", "apply"),
        "access.grant_other_purpose": ("choose_purpose", "apply"),
        "access.grant_revoked": ("contact_owner", "apply"),
        "access.join_unlike": ("name_matter", "ask_apart"),
        "access.matter_closed": ("name_matter", "ask_chief"),
        "access.matter_kind": ("name_matter", "choose_purpose"),
        "access.matter_missing": ("name_matter",),
        "access.matter_not_mine": ("ask_chief", "ask_officer"),
        "access.matter_unknown": ("name_matter",),
        "access.no_bulk": ("ask_less",),
        "access.no_grant": ("apply", "break_glass"),
        "access.no_joint_basis": ("apply_together", "ask_apart"),
        "access.only_people": ("ask_officer",),
        "access.purpose_closed": ("choose_purpose",),
        "access.purpose_unfit": ("choose_purpose", "contact_owner"),
        "access.purpose_unknown": ("choose_purpose",),
        "access.sensitive_column": ("choose_columns",),
        "access.separation": ("ask_officer",),
        "exchange.budget_spent": ("ask_less", "wait", "contact_owner"),
    }
)


def offers(code: str) -> tuple[Offer, ...]:
    """This function will give what one can do next after a reason of this code, the likeliest first."""
    return OFFERS.get(code, ())
