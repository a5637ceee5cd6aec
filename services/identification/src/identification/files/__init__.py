"""Evidence files: cleaned, sealed for the household they are about, kept on a storage, and swept from it."""
