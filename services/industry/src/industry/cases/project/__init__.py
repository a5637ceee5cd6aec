"""The project (产业项目): something households earn by, of which only so much is to be had."""
