"""Assistance (帮扶): what tracks decide, noted of a household by the register."""
