"""Making one label of several people's answers.

AWS names the methods (page "Annotation Consolidation") but not their details; what was chosen
where it is silent is said in each module.
"""
