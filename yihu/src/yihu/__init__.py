"""Yihu: all services in one process, the command line and the demo."""
