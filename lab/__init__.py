"""Sansō Lab (三層ラボ): a municipal network in containers, and the proof that its isolation holds."""
