"""Operate: what each command does, stage by stage, without a terminal. The CLI and the system tests call it."""
