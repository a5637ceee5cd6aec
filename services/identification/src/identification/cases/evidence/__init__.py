"""Evidence (佐证材料): photos and papers of a household, attached to a step of its application."""
