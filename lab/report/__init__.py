"""Report: an evidence bundle rendered for people and machines. It imports record and catalogue only, and no lab."""
