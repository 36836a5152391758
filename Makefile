# Sansō Lab: the two commands of the README are `make lab` and `make test`.
