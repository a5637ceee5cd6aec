"""The notice board: the public notices that hang in a village today."""
