"""What poverty-alleviation cases share: values and pure rules used by two or more services."""
