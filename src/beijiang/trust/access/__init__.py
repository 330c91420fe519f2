"""Access (授权): who may ask what, for which purpose, on which basis, and until when.

Words: *purpose* (目的) from the closed list in law/purposes.toml; *matter* (事项), the case or
incident a use belongs to; *basis* (依据): a grant or an open share; *grant* (授权) of origin
applied, duty or emergency; *decision* (决定), which carries a row filter and column rules.
"""
