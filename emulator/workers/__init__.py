"""Scripted people, who do the tasks of the work teams, so that jobs end by themselves."""

from emulator.workers.answering import Accuracy, Answers
from emulator.workers.label_script import LabelScript, ScriptEntry
from emulator.workers.scripted import ScriptedWorkers

__all__ = ["Accuracy", "Answers", "LabelScript", "ScriptEntry", "ScriptedWorkers"]
