"""The access log (查询登记) as officers and subjects read it: which entries, and what each becomes in the answer."""
