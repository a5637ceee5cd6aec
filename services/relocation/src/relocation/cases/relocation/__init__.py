"""The relocation (易地扶贫搬迁): a household is proposed to move off unfit land, and accepts or declines."""
