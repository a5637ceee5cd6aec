"""Setting right what an application states: amended before it is judged, corrected later."""
