"""The rules of an application, one module for each stage."""
