"""Backfill run (补录批次): the county opens and signs one before paper from long ago is entered."""
