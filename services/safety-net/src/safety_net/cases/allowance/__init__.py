"""The subsistence allowance (农村低保): assessed, then approved by township and county, each by somebody else."""
