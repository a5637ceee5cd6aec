"""Handover (工作移交): everything open that hangs on somebody who leaves passes to a successor, in one command."""
