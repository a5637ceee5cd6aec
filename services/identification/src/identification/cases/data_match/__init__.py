"""Data matches (数据比对): what departments' registers say of a member of a household that applied."""
