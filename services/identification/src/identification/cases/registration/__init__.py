"""Registration (建档立卡): what an application leads to, the register, and what ends it."""
