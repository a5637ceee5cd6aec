"""The household application (农户申请): from filing, step by step, to poverty registration (建档立卡)."""
